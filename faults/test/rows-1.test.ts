import { testRows } from "../support/rows-in-small.ts";

await testRows(1, 2);
