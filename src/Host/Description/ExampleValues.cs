using System.Text.Json.Nodes;

namespace ECommerce.Host.Description;

/// <summary>Example values by the name of a member or a parameter, or by schema and member where one name has several meanings.</summary>
internal static class ExampleValues
{
    private const string Product = "0190f5fe-7c00-7a00-8000-0000000000a1", Customer = "0190f5fe-7c00-7a00-8000-0000000000c1", Order = "0190f5fe-7c00-7a00-8000-000000000001";
    private const string Time = "2026-03-14T09:26:53.5897+00:00", LaterTime = "2026-03-14T10:26:53+00:00";

    private static readonly JsonObject Values = JsonNode.Parse($$"""
        {
          "User.id": "{{Customer}}", "Product.id": "{{Product}}", "id": "{{Order}}", "userId": "{{Customer}}", "productId": "{{Product}}",
          "eventId": "0190f5fe-7c00-7a00-8000-0000000000e1", "email": "ada@example.com", "name": "Gooseneck kettle, 0.9 l", "User.name": "Ada Lovelace",
          "RegisterUserRequest.name": "Ada Lovelace", "UpdateUserRequest.name": "Ada King", "role": "customer",
          "password": "correct horse battery", "oldPassword": "correct horse battery", "newPassword": "staple of the north",
          "token": "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "expiresAt": "{{LaterTime}}",
          "createdAt": "{{Time}}", "updatedAt": "{{Time}}", "placedAt": "{{Time}}", "at": "{{Time}}", "timestamp": "{{Time}}", "payBy": "{{LaterTime}}",
          "from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z",
          "sku": "KET-0017", "description": "Pours slowly and exactly where you point it.", "category": "kitchen", "available": 23, "discontinued": false,
          "amount": 12.50, "currency": "EUR", "minPrice": 10, "maxPrice": 99.90, "inStock": true, "sort": "price", "search": "kettle", "limit": 20,
          "after": "eyJLZXkiOjEyLjUwfQ", "next": "eyJLZXkiOjEyLjUwfQ",
          "stock": 25, "onHand": 25, "reserved": 2, "delta": 12, "reason": "Delivery from the supplier", "quantity": 2, "method": "card",
          "lines": [{ "productId": "{{Product}}", "quantity": 2 }], "price": { "amount": 59.90, "currency": "EUR" },
          "Order.lines": null, "PlaceOrderReceipt.lines": null, "CreateProductRequest.price": null,
          "ordersPerMinute": 1.4, "byStatus": { "placed": 3, "payment_pending": 0, "paid": 2, "shipped": 1, "delivered": 12, "cancelled": 4 },
          "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "service": "ecommerce", "version": "0.1.0", "commit": "e0cea9c", "runtime": ".NET 10.0.1", "topology": "monolith",
          "checks": { "database": { "status": "healthy", "responseTimeMs": 1.25, "message": null, "details": {} } },
          "HealthReply.status": "healthy", "CheckReply.status": "healthy", "responseTimeMs": 1.25, "message": "2 events are dead letters.", "details": { "dead": 2 },
          "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "use": "sig", "alg": "ES256", "kid": "1",
          "type": "/problems/not_found", "title": "There is nothing here.", "Problem.status": 404, "detail": "There is nothing here.",
          "instance": "/api/orders/{{Order}}", "code": "not_found", "ProblemExplanation.status": 404,
          "advice": "Check the address and the id. What belongs to another customer looks the same as what does not exist.",
          "errors": { "lines[0].quantity": ["Must be between 1 and 100."] }, "moreErrors": 3, "retryAfterSeconds": 1, "most": 10, "held": 9, "asked": 2, "orderStatus": "shipped",
          "shortages": [{ "line": 0, "productId": "{{Product}}", "requested": 2, "available": 1 }],
          "status": "paid"
        }
        """)!.AsObject();

    public static JsonNode? Find(string schema, string member) =>
        (Values.TryGetPropertyValue($"{schema}.{member}", out var own) ? own : Values[member])?.DeepClone();
}
