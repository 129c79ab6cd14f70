/** One behaviour that every implementation of a port must show. It throws when it is not shown. */
export interface ContractCase<Harness> {
  readonly name: string;
  run(harness: Harness): Promise<void>;
}
