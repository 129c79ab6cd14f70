/** Fields that hold what was typed as a secret, whether or not the page shows it now. */
export const TYPED_SECRETS = "input[type=password], input[autocomplete$=password], input[autocomplete=one-time-code]";

/** What a page says of itself. */
export interface PageFacts {
  readonly url: string;
  readonly title: string;
  readonly language: string;
  readonly timeZone: string;
  readonly devicePixelRatio: number;
  /** Of the document, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly viewportHeight: number;
  /** How many fields of the light document match {@link TYPED_SECRETS}. */
  readonly secretFields: number;
}

/** Reads them, in the page. To format dates, the page would load rules of all the world first: 25 ms of CPU for a time zone's name. */
export const PAGE_FACTS: string = `(() => {
  const root = document.documentElement;
  return {
    url: location.href,
    title: document.title.slice(0, 1000),
    language: navigator.language,
    timeZone: globalThis.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    devicePixelRatio,
    width: root.clientWidth,
    height: root.scrollHeight,
    viewportHeight: innerHeight,
    secretFields: document.querySelectorAll(${JSON.stringify(TYPED_SECRETS)}).length,
  };
})()`;
