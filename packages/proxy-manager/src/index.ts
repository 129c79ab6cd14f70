export {
  createProxyManager,
  type DisposableProxyManager,
  type EchoOptions,
  type ProxyManagerOptions,
} from "./create-proxy-manager.ts";
export type { Location, ProxySettings, ProxyStrategy } from "./location.ts";
export { isPublicAddress } from "./public-addresses.ts";
