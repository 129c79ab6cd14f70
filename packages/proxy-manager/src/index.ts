export { createProxyManager, type DisposableProxyManager, type ProxyManagerOptions } from "./create-proxy-manager.ts";
export type { Location, ProxySettings } from "./location.ts";
export { isPublicAddress } from "./public-addresses.ts";
