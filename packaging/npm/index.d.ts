export interface Application { id: string; secret?: string }
export const confidential: Required<Application>;
export const publicClient: Application;
export class MockError extends Error {}

export interface Token {
  label: string; kind: 'access_token' | 'refresh_token' | 'code'; client_id: string; value: string;
  state: string; scopes: string[]; issued_at: number; expires_at: number | null;
}
export interface JournalEntry {
  sequence: number; endpoint: string; path: string; why_rejected?: string;
  request: { method: string; target: string; headers: [string, string][]; body: string };
  response?: { status: number; headers: [string, string][]; body: string };
  facts: Record<string, unknown>;
}
export interface Expired { label: string; kind: string; at: number }

/** A world of its own in the mock: clock, tokens, journal and faults. */
export interface Space {
  readonly name: string;
  readonly baseUrl: string;
  ask(method: string, path: string, body?: unknown): Promise<any>;
  issueTokens(clientId?: string, more?: object): Promise<{ access_token: Token; refresh_token: Token }>;
  tokens(): Promise<Token[]>;
  advance(by: string): Promise<Expired[]>;
  fault(endpoint: string, then: object, rule?: object): Promise<any>;
  addClient(client: object): Promise<any>;
  approve(authorization: string): Promise<any>;
  requests(filters?: Record<string, string>): Promise<JournalEntry[]>;
  expectNoRefusals(): Promise<void>;
}
export interface Mock extends Space {
  readonly adminUrl: string;
  readonly origin: string;
  /** The certificate authority (PEM) and a file that holds it; not there with scheme http. */
  readonly ca?: string;
  readonly caFile?: string;
  space(name: string): Promise<Space>;
  stop(): Promise<void>;
}
/** Options are flags of `aweber-mockserver serve`: { scheme: 'http', 'access-token-ttl': 60 }. */
export function startMock(options?: Record<string, string | number | boolean>): Promise<Mock>;
/** The path of aweber-mockserver, aweber-conformance or aweber-client. */
export function program(name: string): string;
