namespace ECommerce.Benchmarks;

/// <summary>What both are asked, as a script for <c>wrk</c>.</summary>
internal sealed record Scenario(string Name, string Script)
{
    public static async Task<IReadOnlyList<Scenario>> AllAsync(string folder, string token, IReadOnlyList<Guid> products)
    {
        var ids = $"local ids = {{ {string.Join(", ", products.Select(id => $"\"{id}\""))} }}\n";
        return
        [
            await WriteAsync(folder, "GET product", ids + """
                request = function() return wrk.format("GET", "/api/products/" .. ids[math.random(#ids)]) end
                """),
            await WriteAsync(folder, "list 20 products", """
                request = function() return wrk.format("GET", "/api/products?limit=20") end
                """),
            await WriteAsync(folder, "place order", ids + $$"""
                wrk.headers["Authorization"] = "Bearer {{token}}"
                wrk.headers["Content-Type"] = "application/json"
                request = function()
                  return wrk.format("POST", "/api/orders", nil, '{"lines":[{"productId":"' .. ids[math.random(#ids)] .. '","quantity":1}]}')
                end
                """),
        ];
    }

    private static async Task<Scenario> WriteAsync(string folder, string name, string lua)
    {
        var script = Path.Combine(folder, $"{name.Replace(' ', '-')}.lua");
        await File.WriteAllTextAsync(script, lua);
        return new(name, script);
    }
}
