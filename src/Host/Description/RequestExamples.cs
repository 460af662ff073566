namespace ECommerce.Host.Description;

/// <summary>An example body for every operation that takes one. A test compares their members with the schemas.</summary>
internal static class RequestExamples
{
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["RegisterUser"] = """{ "email": "ada@example.com", "name": "Ada Lovelace", "password": "correct horse battery" }""",
        ["Login"] = """{ "email": "ada@example.com", "password": "correct horse battery" }""",
        ["UpdateUser"] = """{ "name": "Ada King", "email": "ada.king@example.com" }""",
        ["ChangePassword"] = """{ "oldPassword": "correct horse battery", "newPassword": "staple of the north" }""",
        ["CreateProduct"] = """
            {
              "sku": "KET-0017", "name": "Gooseneck kettle, 0.9 l", "description": "Pours slowly and exactly where you point it.",
              "category": "kitchen", "price": { "amount": 64.90, "currency": "EUR" }, "stock": 25
            }
            """,
        ["UpdateProduct"] = """
            {
              "name": "Gooseneck kettle, 0.9 l", "description": "Pours slowly, and exactly where you point it.",
              "category": "kitchen", "price": { "amount": 59.90, "currency": "EUR" }
            }
            """,
        ["AdjustStock"] = """{ "delta": 12, "reason": "Delivery from the supplier" }""",
        // "House Espresso, 1 kg" of the demo catalogue.
        ["PlaceOrder"] = """{ "lines": [{ "productId": "a5a721b9-e7d9-8c89-834a-ef0a0cc1c3a1", "quantity": 2 }] }""",
        ["PayOrder"] = """{ "method": "card" }""",
    };

    public static string? Of(string? operation) => operation is null ? null : Bodies.GetValueOrDefault(operation);
}
