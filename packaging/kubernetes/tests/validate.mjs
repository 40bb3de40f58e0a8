// Reads manifests on standard input and checks each against the published schema of its kind.
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { Job } from "kubernetes-models/batch/v1";

const documents = parseAllDocuments(readFileSync(0, "utf8"), { uniqueKeys: true });
let jobs = 0;
for (const document of documents) {
  if (document.errors.length > 0) throw document.errors[0];
  const manifest = document.toJS();
  if (manifest === null) continue;
  if (manifest.apiVersion !== "batch/v1" || manifest.kind !== "Job") {
    throw new Error(`not a batch/v1 Job: ${manifest.apiVersion} ${manifest.kind}`);
  }
  new Job(manifest).validate();
  // The schema lets unknown members pass; a misspelt one would have no effect.
  const known = ["completionMode", "completions", "parallelism", "backoffLimit", "backoffLimitPerIndex",
    "maxFailedIndexes", "podFailurePolicy", "template"];
  for (const member of Object.keys(manifest.spec)) {
    if (!known.includes(member)) throw new Error(`${manifest.metadata.name}: unknown member spec.${member}`);
  }
  jobs += 1;
}
if (jobs === 0) throw new Error("there was no manifest");
console.log(`kubernetes: ${jobs} manifests, each valid`);
