export { createValidator } from "./create-validator.ts";
export { languageIssue, patternIssue } from "./check-gates.ts";
