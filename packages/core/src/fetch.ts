/** Sends one HTTP request; the shape of the global `fetch`, which serves as one. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
