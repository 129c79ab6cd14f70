/** The page that Cloudflare shows to who might be a robot, cut down to what tells it apart. */
export const CHALLENGE_PAGE = `<!DOCTYPE html>
<html lang="en-US">
<head>
<title>Just a moment...</title>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<meta name="robots" content="noindex,nofollow">
<meta http-equiv="refresh" content="360">
</head>
<body>
<div class="main-wrapper" role="main"><noscript>Enable JavaScript and cookies to continue</noscript></div>
<script>(function(){window._cf_chl_opt={cType:'managed',cRay:'8f0000000000testbed'};
var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=8f0000000000testbed';
document.getElementsByTagName('head')[0].appendChild(a);})();</script>
</body>
</html>
`;

/** The headers that come with {@link CHALLENGE_PAGE}. */
export const CHALLENGE_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=UTF-8",
  "cf-mitigated": "challenge",
  "cf-ray": "8f0000000000testbed-FRA",
  server: "cloudflare",
  "cache-control": "private, max-age=0, no-store",
};

/** A page that some gateway sends in place of the vendor, with the wrong status. */
export const GATEWAY_PAGE =
  "<html><head><title>Service update</title></head><body><h1>We'll be right back</h1></body></html>\n";
