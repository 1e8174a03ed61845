#!/bin/sh
# Fetches the list of crawlers' user agents from npm and writes the two files made from it:
# patterns.tsv (embedded in the program) and ../testdata/crawlers.txt (its samples, for the tests).
# Usage: update.sh VERSION
set -eu
cd "$(dirname "$0")"
version=${1:?usage: update.sh VERSION}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$tmp" && npm pack --silent "crawler-user-agents@$version" >/dev/null && tar xzf ./*.tgz)
mkdir -p ../testdata
cp "$tmp/package/LICENSE" LICENSE.crawler-user-agents
node - "$tmp/package/crawler-user-agents.json" "$version" <<'JS'
const fs = require("fs");
const [file, version] = process.argv.slice(2);
const list = JSON.parse(fs.readFileSync(file));
const preview = (tags = []) => tags.includes("social-preview") && !tags.includes("ai-crawler");
const head = `# crawler-user-agents ${version}, MIT licence (LICENSE.crawler-user-agents); made by update.sh\n`;
fs.writeFileSync("patterns.tsv", head +
  list.map(e => `${preview(e.tags) ? "preview" : "bot"}\t${e.pattern}\n`).join(""));
const samples = new Set(list.flatMap(e => e.instances).map(s => s.replace(/[\r\n]/g, " ")));
fs.writeFileSync("../testdata/crawlers.txt", head + [...samples].join("\n") + "\n");
JS
