namespace ECommerce.Benchmarks;

/// <summary>A kind of request, as a script for <c>wrk</c>.</summary>
internal sealed record Scenario(string Name, string Script)
{
    /// <summary>Requests random products.</summary>
    public static Task<Scenario> GetAsync(DirectoryInfo folder, IReadOnlyList<Guid> products) => WriteAsync(folder, "GET product", Ids(products) + """
        request = function() return wrk.format("GET", "/api/products/" .. ids[math.random(#ids)]) end
        """);

    /// <param name="folder">For the script.</param>
    /// <param name="query">More of the query: <c>&amp;sort=price</c>.</param>
    public static Task<Scenario> ListAsync(DirectoryInfo folder, string query) => WriteAsync(folder, $"list 20 products {query}".Trim(), $$"""
        request = function() return wrk.format("GET", "/api/products?limit=20{{query}}") end
        """);

    public static Task<Scenario> OrderAsync(DirectoryInfo folder, IReadOnlyList<Guid> products, string token) => WriteAsync(folder, "place order", Ids(products) + $$"""
        wrk.headers["Authorization"] = "Bearer {{token}}"
        wrk.headers["Content-Type"] = "application/json"
        request = function()
          return wrk.format("POST", "/api/orders", nil, '{"lines":[{"productId":"' .. ids[math.random(#ids)] .. '","quantity":1}]}')
        end
        """);

    /// <summary>Orders of 94 lines, each cancelled at once: what was placed is cancelled before the next is placed.</summary>
    public static Task<Scenario> OrderAndCancelAsync(DirectoryInfo folder, IReadOnlyList<Guid> products, string token) => WriteAsync(folder, "order and cancel", $$"""
        wrk.headers["Authorization"] = "Bearer {{token}}"
        wrk.headers["Content-Type"] = "application/json"
        local lines = '{"lines":[{{string.Join(",", products.Take(94).Select(Line))}}]}'
        local placed = {}
        request = function()
          local id = table.remove(placed)
          if id then return wrk.format("POST", "/api/orders/" .. id .. "/cancel", nil, "") end
          return wrk.format("POST", "/api/orders", nil, lines)
        end
        response = function(status, headers, body)
          if status == 201 then placed[#placed + 1] = string.match(body, '"id":"([%x-]+)"') end
        end
        """);

    private static string Line(Guid product) => $$"""{"productId":"{{product}}","quantity":1}""";

    private static string Ids(IReadOnlyList<Guid> products) => $"local ids = {{ {string.Join(", ", products.Select(id => $"\"{id}\""))} }}\n";

    private static async Task<Scenario> WriteAsync(DirectoryInfo folder, string name, string lua)
    {
        var script = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.lua");
        await File.WriteAllTextAsync(script, lua);
        return new(name, script);
    }
}
