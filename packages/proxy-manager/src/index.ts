export { createProxyManager, type DisposableProxyManager, type ProxyManagerOptions } from "./create-proxy-manager.ts";
export { isPublicAddress } from "./public-addresses.ts";
