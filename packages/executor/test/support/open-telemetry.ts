import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

/** The SDK of a user, registered until it is disposed of. */
export interface OpenTelemetry extends AsyncDisposable {
  /** The spans that have ended, in that order. */
  spans(): ReturnType<InMemorySpanExporter["getFinishedSpans"]>;
  /** The values of every instrument, by its name. */
  points(): Promise<Record<string, { readonly value: unknown; readonly attributes: object }[]>>;
}

export function openTelemetry(): OpenTelemetry {
  const spanExporter = new InMemorySpanExporter();
  const tracers = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracers);
  metrics.setGlobalMeterProvider(meters);
  return {
    spans: () => spanExporter.getFinishedSpans(),
    async points() {
      await reader.forceFlush();
      const [latest] = metricExporter.getMetrics().slice(-1);
      const found = (latest?.scopeMetrics ?? []).flatMap((scope) => scope.metrics);
      return Object.fromEntries(
        found.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints.map(({ value, attributes }) => ({ value, attributes })),
        ]),
      );
    },
    async [Symbol.asyncDispose]() {
      trace.disable();
      metrics.disable();
      context.disable();
      await tracers.shutdown();
      await meters.shutdown();
    },
  };
}
