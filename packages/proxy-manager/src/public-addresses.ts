import { BlockList } from "node:net";

/** IPv4 ranges that are not the public internet: IANA's special-purpose registry (RFC 6890), and a few beside it. */
const IPV4_RANGES: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8], // "this host"
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // carrier-grade NAT; Alibaba's metadata service
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32], // Azure's host agent
  ["169.254.0.0", 16], // link-local; the metadata service of most clouds
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments; Oracle's metadata service
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
];

/** IPv6 ranges that are not the public internet, and those that wrap an IPv4 address in a way of their own. */
const IPV6_RANGES: readonly (readonly [network: string, prefix: number])[] = [
  ["::", 96], // unspecified, loopback, IPv4-compatible
  ["::ffff:0:0:0", 96], // IPv4-translated
  ["64:ff9b:1::", 48], // NAT64 with a local prefix
  ["100::", 64], // discard
  ["2001::", 23], // protocol assignments; Teredo
  ["2001:db8::", 32], // documentation
  ["3fff::", 20], // documentation
  ["5f00::", 16], // segment routing
  ["fc00::", 7], // unique local; AWS's metadata service
  ["fe80::", 10], // link-local
  ["fec0::", 10], // site-local
  ["ff00::", 8], // multicast
];

const notPublic = new BlockList();
for (const [network, prefix] of IPV6_RANGES) notPublic.addSubnet(network, prefix, "ipv6");
for (const [network, prefix] of IPV4_RANGES) {
  notPublic.addSubnet(network, prefix, "ipv4"); // BlockList finds it in IPv4-mapped IPv6 addresses too.
  notPublic.addSubnet(`2002:${hexPairs(network)}::`, 16 + prefix, "ipv6"); // 6to4
  notPublic.addSubnet(`64:ff9b::${hexPairs(network)}`, 96 + prefix, "ipv6"); // NAT64
}

/** Whether `address`, an IPv4 or IPv6 address in any notation that Node gives, is on the public internet. */
export function isPublicAddress(address: string): boolean {
  const [bare = ""] = address.split("%"); // A zone, as in fe80::1%eth0, is no part of the address.
  return !notPublic.check(bare, bare.includes(":") ? "ipv6" : "ipv4");
}

/** `127.0.0.1` as the two groups `7f00:0001` that stand for it inside an IPv6 address. */
function hexPairs(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
