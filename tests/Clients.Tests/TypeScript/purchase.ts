// Buys something with a client whose types are generated from the description: the shop's address, an administrator's e-mail and password.
// The last line says what was bought; whatever is not as the description says is an exception.
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./obj/shop.js";

type Schemas = components["schemas"];
type Problem = Schemas["Problem"];
type Shop = Client<paths>;

function expect(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(`${what} is not so.`);
}

function given<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) throw new Error(`${answer.response.status}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

function refused(answer: { error?: Problem; response: Response }): Problem {
  if (answer.error === undefined) throw new Error(`${answer.response.url} was not refused.`);
  return answer.error;
}

const [, , address, adminEmail, adminPassword] = process.argv;
if (address === undefined || adminEmail === undefined || adminPassword === undefined) throw new Error("Wanted: an address, an e-mail, a password.");

const shop = (session?: Schemas["LoginSession"]): Shop =>
  createClient<paths>({ baseUrl: address, ...(session && { headers: { Authorization: `Bearer ${session.token}` } }) });
const logIn = async (email: string, password: string): Promise<Shop> =>
  shop(given(await anyone.POST("/api/users/login", { body: { email, password } })));

const anyone = shop();
const admin = await logIn(adminEmail, adminPassword);

const sku = `TS-${crypto.randomUUID()}`.slice(0, 20);
// The language has no decimals: a client rounds what it has added up.
const amount = Number((0.1 + 0.2).toFixed(2));
const product = given(await admin.POST("/api/products", {
  body: { sku, name: "Two sums", description: "0.1 and 0.2", category: "clients", price: { amount, currency: "EUR" }, stock: 5 },
}));
expect(product.price.amount === 0.3 && product.available === 5 && !product.discontinued, "The product as it was made");

const email = `ts-${crypto.randomUUID()}@shop.example`;
const role: "customer" | "admin" = given(await anyone.POST("/api/users", { body: { email, name: "Typed Client", password: "correct horse battery" } })).role;
expect(role === "customer", "A new user is a customer");
const customer = await logIn(email, "correct horse battery");

const page = given(await anyone.GET("/api/products", { params: { query: { search: sku, sort: "-price", maxPrice: 0.3, limit: 1 } } }));
const next: string | null = page.next;
expect(page.items[0]?.sku === sku && next === null, "The product on the only page");

const body: Schemas["PlaceOrderRequest"] = { lines: [{ productId: product.id, quantity: 2 }] };
const key = crypto.randomUUID();
const placed = given(await customer.POST("/api/orders", { body, params: { header: { "Idempotency-Key": key } } }));
const replay = await customer.POST("/api/orders", { body, params: { header: { "Idempotency-Key": key } } });
expect(given(replay).id === key && placed.id === key && placed.status === "placed", "One order for one key");
expect(replay.response.headers.get("Idempotency-Replayed") === "true", "The replay says so");

const path = { id: key };
const declined = refused(await customer.POST("/api/orders/{id}/pay", { params: { path }, body: { method: "declined_card" } }));
expect(declined.code === "orders.payment_declined" && declined.status === 402, "The declined card");
expect(given(await customer.POST("/api/orders/{id}/pay", { params: { path }, body: { method: "card" } })).status === "paid", "The order is paid");
const order = await customer.GET("/api/orders/{id}", { params: { path } });
expect(given(order).lines[0]?.unitPrice.amount === 0.3, "The price of the line");
const unchanged = await customer.GET("/api/orders/{id}", { params: { path, header: { "If-None-Match": order.response.headers.get("ETag") ?? "" } } });
expect(unchanged.response.status === 304, "The order is unchanged");
expect(given(await customer.GET("/api/orders/{id}/timeline", { params: { path } })).items.at(-1)?.status === "paid", "The timeline ends with the payment");
const from = new Date(Date.now() - 86_400_000).toISOString();
expect(given(await customer.GET("/api/orders", { params: { query: { status: "paid", from } } })).items[0]?.id === key, "The list of orders");

const second = given(await customer.POST("/api/orders", { body }));
expect(given(await customer.POST("/api/orders/{id}/cancel", { params: { path: { id: second.id } } })).status === "cancelled", "The second order is cancelled");
expect(given(await admin.GET("/api/orders/stats")).revenue.amount > 0, "There is revenue");
const tagged = await admin.GET("/api/products/{id}", { params: { path: { id: product.id } } });
const changed = await admin.PUT("/api/products/{id}", {
  params: { path: { id: product.id }, header: { "If-Match": `"7777", ${tagged.response.headers.get("ETag")}` } }, body: { name: "Two sums again" },
});
expect(given(changed).name === "Two sums again" && changed.response.headers.get("ETag") !== null, "The product is renamed");

const wrong = refused(await customer.POST("/api/orders", { body: { lines: [] } }));
expect(wrong.code === "validation_failed" && wrong.errors?.["lines"] !== undefined, "The empty order");
console.log(`bought ${key} for ${placed.total.amount.toFixed(2)}`);
