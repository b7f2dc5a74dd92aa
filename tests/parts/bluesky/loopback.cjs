// Loaded before the network: its servers listen on loopback alone, and nothing in it asks anybody else.
"use strict";
const dns = require("node:dns");
const { syncBuiltinESMExports } = require("node:module");
const net = require("node:net");

const HERE = new Set(["localhost", "127.0.0.1", "::1"]);

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...given) {
  const [first, ...rest] = given;
  const told = typeof first === "object" ? first : { port: Number(first) };
  return listen.call(this, { ...told, host: "127.0.0.1" }, ...rest.filter((one) => typeof one === "function"));
};

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  const told = Array.isArray(given[0]) ? given[0][0] : given[0];
  const host = typeof told === "object" ? (told.host ?? "localhost") : typeof given[1] === "string" ? given[1] : "localhost";
  if (HERE.has(host)) return connect.apply(this, given);
  process.nextTick(() => this.destroy(new Error(`${host} is not this machine`)));
  return this;
};

const unknown = (name) => Object.assign(new Error(`${name} is not looked up here`), { code: "ENOTFOUND" });
const { lookup } = dns;
dns.lookup = (name, ...rest) => (HERE.has(name) ? lookup(name, ...rest) : rest.at(-1)(unknown(name)));
for (const asks of [dns.promises, dns.promises.Resolver.prototype]) {
  asks.resolveTxt = async (name) => Promise.reject(unknown(name));
}
syncBuiltinESMExports();
