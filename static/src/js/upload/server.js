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

// Server is where clips are sent: HR's, or a colleague's proposals. begin is the address that makes one, base what leads to it.
export class Server {
  constructor(begin, base) {
    Object.assign(this, { begin, base });
  }

  // create is not repeated by itself: a second try could leave a second, empty clip behind.
  create(clip) {
    return call("POST", this.begin, clip);
  }

  plan(id) {
    return patient("GET", `${this.base}/${id}/upload`);
  }

  complete(id, parts) {
    return patient("POST", `${this.base}/${id}/complete`, { parts });
  }

  cancel(id) {
    return call("POST", `${this.base}/${id}/cancel`);
  }

  status(id) {
    return patient("GET", `${this.base}/${id}/status`);
  }
}
