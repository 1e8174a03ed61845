// What the upload asks of our own server. Answers are awaited patiently: all of these calls may be repeated.
import { pause } from "./parts.js";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
    credentials: "same-origin",
  });
  if (response.redirected) throw new Refused(401, ""); // sent to the log-in: the session has ended
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer.detail || answer.message || answer.title || "");
  return answer;
}

// patient repeats a call while the server or the network is away, for about four minutes.
async function patient(method, path, body) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call(method, path, body);
    } catch (err) {
      const passing = !(err instanceof Refused) || err.status >= 500 || err.status === 429;
      if (!passing || attempt >= 10) throw err;
      await pause(Math.min(30_000, 1000 * 2 ** attempt));
    }
  }
}

// create is not repeated by itself: a second try could leave a second, empty clip behind.
export const create = (job, clip) => call("POST", `/hr/jobs/${job}/clips`, clip);
export const plan = (id) => patient("GET", `/hr/clips/${id}/upload`);
export const complete = (id, parts) => patient("POST", `/hr/clips/${id}/complete`, { parts });
export const cancel = (id) => call("POST", `/hr/clips/${id}/cancel`);
export const status = (id) => patient("GET", `/hr/clips/${id}/status`);
