import { once } from "node:events";
import { createServer } from "node:http";
import { deflateSync, crc32 } from "node:zlib";
import { seededRandom } from "@bentham/core";

/** Sections of the page, and pictures in it: what a long page of search results has. */
const SECTIONS = 300;
const PICTURES = 10;

/** A page of 300 sections, ten pictures and two megabytes, with a composer and an answer in front. */
export interface HeavyPage extends AsyncDisposable {
  readonly url: string;
}

/** Its surface. It answers at once, by a request of its own. */
export const HEAVY_PAGE = {
  name: "heavy-page",
  version: "1",
  composer: ["#question"],
  send: ["#send"],
  answer: ["article"],
  answerText: ["p"],
  busy: ["#busy"],
  done: ["#done"],
  askPath: "/ask",
  answerAt: ["/text"],
};

/** Starts it on 127.0.0.1. */
export async function startHeavyPage(): Promise<HeavyPage> {
  const pictures = Array.from({ length: PICTURES }, (_, number) => noisePng(200, 200, number));
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path.startsWith("/picture/")) {
      const picture = pictures[Number(path.slice("/picture/".length))];
      return void response.writeHead(picture ? 200 : 404, { "content-type": "image/png" }).end(picture);
    }
    if (path === "/ask") {
      request.resume();
      response.writeHead(200, { "content-type": "application/json" });
      return void response.end(JSON.stringify({ text: "A job costs what it costs, and a little more with evidence." }));
    }
    if (path !== "/") return void response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "set-cookie": "session=0a1b2c3d4e5f60718293",
    });
    response.end(DOCUMENT);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const DOCUMENT = `<!doctype html><title>heavy</title>
<style>section { border: 1px solid #ccc; margin: 8px; padding: 8px; box-shadow: 0 1px 4px #888 }</style>
<textarea id=question></textarea><button id=send>Send</button><div id=log></div>
${Array.from({ length: SECTIONS }, (_, number) => sectionOf(number)).join("\n")}
<script>
  document.getElementById("send").onclick = async () => {
    const reply = await fetch("/ask", { method: "POST", body: document.getElementById("question").value });
    const article = document.createElement("article");
    article.innerHTML = "<p></p><button id=done>Copy</button>";
    article.firstChild.textContent = (await reply.json()).text;
    document.getElementById("log").append(article);
  };
</script>`;

function sectionOf(number: number): string {
  const picture = number % (SECTIONS / PICTURES) === 0 ? `<img src="/picture/${number / (SECTIONS / PICTURES)}">` : "";
  const words = `Result ${number}: a paragraph of a page that has many, as pages of results do. `.repeat(6);
  return `<section><h2>Result ${number}</h2>${picture}<p>${words}</p><a href="/result/${number}">more</a></section>`;
}

/** A picture that does not shrink: 24 bits of noise for each pixel (PNG, https://www.w3.org/TR/png-3/). */
function noisePng(width: number, height: number, seed: number): Buffer {
  const random = seededRandom(`picture ${seed}`);
  const line = 1 + 3 * width;
  const pixels = Buffer.from(
    Uint8Array.from({ length: line * height }, (_, at) => (at % line === 0 ? 0 : random() * 256)),
  );
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
