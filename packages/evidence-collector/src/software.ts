/** The program that collects, as evidence names it. */
export interface Software {
  readonly name: string;
  readonly version: string;
}
