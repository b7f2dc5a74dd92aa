// Starts the network, prints one line of JSON with its addresses, and ends when its standard input does.
//   node --require loopback.cjs network.mjs FOLDER_OF_NODE_MODULES CHAT_URL
// Bluesky's private messages are no part of it: CHAT_URL is what answers for them, known to the network by an
// identifier of its own, as the real service is.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, chat] = process.argv.slice(2);
const { resolve } = createRequire(join(folder, "from-here.js"));
const { TestNetwork, createDidAndKey } = await import(pathToFileURL(resolve("@atproto/dev-env")));

const network = await TestNetwork.create({ dbPostgresSchema: "network" });
const { did, key } = await createDidAndKey({ plcUrl: network.plc.url, handle: "chat.test", pds: network.pds.url });
await network.plc.getClient().updateData(did, key, (document) => {
  document.services.bsky_chat = { type: "BskyChatService", endpoint: chat };
  return document;
});

process.stdin.on("end", () => process.exit(0)).resume();
console.log(JSON.stringify({ pds: network.pds.url, plc: network.plc.url, chat: did }));
