import { testRows } from "../support/rows-in-small.ts";

await testRows(2, 2);
