import { exportOf } from "../tools/catalogue.ts";
import { type Fault, isFault } from "./fault.ts";

/**
 * The row in `folder` of that id.
 * @throws Error when its module exports no such row.
 */
export async function loadFault(folder: string, id: string): Promise<Fault> {
  const fault = await exportOf(folder, id, "fault");
  if (isFault(fault) && fault.id === id) return fault;
  throw new Error(`rows/${id}.ts exports no \`fault\` with the id "${id}", a title, what is expected, and run(scale)`);
}
