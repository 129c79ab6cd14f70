import { isIPv6 } from "node:net";
import { isPublicAddress } from "@bentham/proxy-manager";
import { assert, ipV4, property } from "fast-check";
import { describe, expect, test } from "vitest";

const NOT_PUBLIC: readonly (readonly string[])[] = [
  ["unspecified", "0.0.0.0", "0.255.255.255", "::"],
  ["loopback", "127.0.0.1", "127.255.255.255", "::1"],
  ["private", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1", "fc00::1", "fdff::1"],
  ["link-local", "169.254.0.1", "169.254.255.255", "fe80::1", "febf::1", "fe80::1%eth0"],
  ["carrier-grade NAT", "100.64.0.0", "100.127.255.255"],
  ["cloud metadata", "169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254"],
  ["documentation", "192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
  ["benchmarks", "198.18.0.0", "198.19.255.255"],
  ["multicast", "224.0.0.1", "239.255.255.255", "ff02::1"],
  ["reserved and broadcast", "240.0.0.0", "255.255.255.255"],
  ["IPv4-mapped", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"],
  ["IPv4-compatible and -translated", "::127.0.0.1", "::ffff:0:127.0.0.1"],
  ["6to4", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "2002:c0a8:101::"],
  ["NAT64", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1", "64:ff9b:1::1"],
  ["Teredo", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  ["site-local, discard, segment routing", "fec0::1", "100::1", "5f00::1"],
];

const PUBLIC: readonly (readonly string[])[] = [
  [
    "just outside of ranges",
    "1.0.0.0",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
  ],
  [
    "and more of them",
    "128.0.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "223.255.255.255",
  ],
  ["well known", "1.1.1.1", "8.8.8.8", "104.18.6.192", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"],
  ["public inside IPv6", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::8.8.8.8"],
];

describe("not public:", () => {
  test.each(NOT_PUBLIC)("%s", (_, ...addresses) => {
    expect(addresses.filter((address) => isPublicAddress(address))).toEqual([]);
  });
});

describe("public:", () => {
  test.each(PUBLIC)("%s", (_, ...addresses) => {
    expect(addresses.filter((address) => !isPublicAddress(address))).toEqual([]);
  });
});

test("an IPv4 address is judged alike, however it is wrapped", () => {
  assert(
    property(ipV4(), (address) => {
      const groups = new URL(`http://[::ffff:${address}]`).hostname.slice("[::ffff:".length, -1);
      const wrapped = [`::ffff:${groups}`, `2002:${groups}::1`, `64:ff9b::${groups}`];
      expect(wrapped.every((one) => isIPv6(one))).toBe(true);
      expect(wrapped.map((one) => isPublicAddress(one))).toEqual(wrapped.map(() => isPublicAddress(address)));
    }),
  );
});
