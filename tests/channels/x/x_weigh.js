// Says of each text (a line of JSON) what X's own twitter-text says: its weighted length, and its web addresses.
const path = require("path");
const text = require(path.join(process.argv[2], "twitter-text"));

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const given = JSON.parse(line);
  const urls = text.extractUrls(given);
  process.stdout.write(`${JSON.stringify({ length: text.parseTweet(given).weightedLength, urls })}\n`);
});
