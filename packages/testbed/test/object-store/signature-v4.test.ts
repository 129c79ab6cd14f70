import { expect, test } from "vitest";
import { signatureFault, type SignedRequest } from "../../src/object-store/signature-v4.ts";

// The worked examples of "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)",
// docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, read on 2026-11-30.
const ACCOUNT = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
};
const NOW = Date.UTC(2013, 4, 24);
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const EXAMPLES: readonly (readonly [
  name: string,
  target: string,
  headers: Record<string, string>,
  signature: string,
])[] = [
  [
    "GET",
    "/test.txt",
    { range: "bytes=0-9", "x-amz-content-sha256": EMPTY },
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  ],
  [
    "PUT",
    "/test$file.text",
    {
      date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    },
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  ],
  [
    "GET",
    "/?lifecycle",
    { "x-amz-content-sha256": EMPTY },
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ],
  [
    "GET",
    "/?max-keys=2&prefix=J",
    { "x-amz-content-sha256": EMPTY },
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ],
];

function requestOf([method, target, more, signature]: (typeof EXAMPLES)[number]): SignedRequest {
  const headers: Record<string, string> = {
    ...more,
    host: "examplebucket.s3.amazonaws.com",
    "x-amz-date": "20130524T000000Z",
  };
  const signed = Object.keys(headers).toSorted().join(";");
  const scope = `${ACCOUNT.accessKeyId}/20130524/us-east-1/s3/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signed},Signature=${signature}`;
  return { method, target, headers: { ...headers, authorization } };
}

test.each(EXAMPLES)("%s %s, as published", (...example) => {
  expect(signatureFault(requestOf(example), ACCOUNT, NOW)).toBeUndefined();
});

test("whatever is changed of a request, its signature does not match any more", () => {
  for (const example of EXAMPLES) {
    const request = requestOf(example);
    const { headers } = request;
    const changed: SignedRequest[] = [
      { ...request, method: "DELETE" },
      { ...request, target: request.target.replace("/", "/x") },
      { ...request, target: `${request.target}${request.target.includes("?") ? "&" : "?"}x=1` },
      ...Object.keys(headers)
        .filter((name) => name !== "authorization" && name !== "x-amz-date")
        .map((name) => ({ ...request, headers: { ...headers, [name]: `${String(headers[name])}x` } })),
    ];
    for (const other of changed) expect(signatureFault(other, ACCOUNT, NOW)).toBe("SignatureDoesNotMatch");
  }
});

test("a header of the store's that is not signed, another key, another region and another time are refused", () => {
  const [example] = EXAMPLES;
  if (!example) throw new Error("there is no example");
  const request = requestOf(example);
  const lock = { ...request, headers: { ...request.headers, "x-amz-object-lock-mode": "GOVERNANCE" } };
  expect(signatureFault(lock, ACCOUNT, NOW)).toBe("AccessDenied");
  expect(signatureFault(request, { ...ACCOUNT, accessKeyId: "AKIDOTHER" }, NOW)).toBe("InvalidAccessKeyId");
  expect(signatureFault(request, { ...ACCOUNT, region: "eu-west-1" }, NOW)).toBe("AuthorizationHeaderMalformed");
  expect(signatureFault(request, ACCOUNT, NOW + 900_001)).toBe("RequestTimeTooSkewed");
  expect(signatureFault(request, ACCOUNT, NOW - 900_001)).toBe("RequestTimeTooSkewed");
  expect(signatureFault({ ...request, headers: {} }, ACCOUNT, NOW)).toBe("AccessDenied");
});
