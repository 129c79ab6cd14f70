/**
 * What is wrong with `value` as an HTTP archive, by the members that HAR 1.2 requires, and their types
 * (http://www.softwareishard.com/blog/har-12-spec/). Nothing, when it is valid.
 */
export function harFaults(value: unknown): string[] {
  const faults: string[] = [];

  const member = (owner: unknown, name: string, where: string): unknown => {
    if (typeof owner === "object" && owner !== null && name in owner) return Reflect.get(owner, name);
    faults.push(`${where}.${name} is missing`);
    return undefined;
  };
  const check = (owner: unknown, where: string, members: Readonly<Record<string, string>>): void => {
    for (const [name, type] of Object.entries(members)) {
      const found = member(owner, name, where);
      const actual = Array.isArray(found) ? "array" : typeof found;
      if (found !== undefined && actual !== type) faults.push(`${where}.${name} is of type ${actual}, not ${type}`);
    }
    const optional = { comment: "string" };
    for (const [name, type] of Object.entries(optional)) {
      const found: unknown = typeof owner === "object" && owner !== null ? Reflect.get(owner, name) : undefined;
      if (found !== undefined && typeof found !== type) faults.push(`${where}.${name} is of type ${typeof found}`);
    }
  };
  const each = (owner: unknown, name: string, where: string, visit: (item: unknown, where: string) => void): void => {
    const list = member(owner, name, where);
    if (Array.isArray(list)) for (const [index, item] of list.entries()) visit(item, `${where}.${name}[${index}]`);
  };
  const pairs = (owner: unknown, name: string, where: string): void => {
    each(owner, name, where, (pair, at) => check(pair, at, { name: "string", value: "string" }));
  };

  const log = member(value, "log", "har");
  check(log, "log", { version: "string", creator: "object", entries: "array" });
  check(member(log, "creator", "log"), "log.creator", { name: "string", version: "string" });
  each(log, "entries", "log", (entry, at) => {
    check(entry, at, {
      startedDateTime: "string",
      time: "number",
      request: "object",
      response: "object",
      cache: "object",
      timings: "object",
    });
    const started = member(entry, "startedDateTime", at);
    if (Number.isNaN(Date.parse(String(started)))) faults.push(`${at}.startedDateTime is no date`);

    const request = member(entry, "request", at);
    const both = {
      httpVersion: "string",
      cookies: "array",
      headers: "array",
      headersSize: "number",
      bodySize: "number",
    };
    check(request, `${at}.request`, { ...both, method: "string", url: "string", queryString: "array" });
    pairs(request, "headers", `${at}.request`);
    pairs(request, "queryString", `${at}.request`);
    const postData: unknown = typeof request === "object" && request ? Reflect.get(request, "postData") : undefined;
    if (postData !== undefined) check(postData, `${at}.request.postData`, { mimeType: "string", text: "string" });

    const response = member(entry, "response", at);
    check(response, `${at}.response`, {
      ...both,
      status: "number",
      statusText: "string",
      content: "object",
      redirectURL: "string",
    });
    pairs(response, "headers", `${at}.response`);
    check(member(response, "content", `${at}.response`), `${at}.response.content`, {
      size: "number",
      mimeType: "string",
    });

    const timings = member(entry, "timings", at);
    check(timings, `${at}.timings`, { send: "number", wait: "number", receive: "number" });
    for (const name of ["send", "wait", "receive"]) {
      if (Number(member(timings, name, at)) < 0) faults.push(`${at}.timings.${name} must not be negative`);
    }
    // `time` is the sum of the timings that apply, without `ssl`, which is part of `connect`.
    const sum = Object.entries(Object(timings))
      .filter(([name, ms]) => name !== "ssl" && typeof ms === "number" && ms >= 0)
      .reduce((total, [, ms]) => total + Number(ms), 0);
    if (Math.abs(sum - Number(member(entry, "time", at))) > 0.001)
      faults.push(`${at}.time is not the sum of its parts`);
  });
  return faults;
}
