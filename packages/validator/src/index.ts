export { createValidator } from "./create-validator.ts";
