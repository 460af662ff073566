using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Incidents.Model;
using ECommerce.Kernel;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>An honest customer of the shop, who counts what the answers were. No answer is an exception.</summary>
internal sealed class Visitor
{
    private readonly HttpClient _client;
    private readonly string _token;

    private Visitor(HttpClient client, string token, Guid id) => (_client, _token, Group) = (client, token, CustomerGroup.Of(id));

    /// <summary>The group of the customer.</summary>
    public string Group { get; }

    /// <summary>Registers and logs in.</summary>
    /// <param name="arena">The shop.</param>
    /// <param name="isWanted">Which group is wanted; customers register until one is in it.</param>
    public static async Task<Visitor> RegisterAsync(IArena arena, Func<string, bool>? isWanted = null)
    {
        var client = arena.ClientAt("192.0.2.7", "a test");
        while (true)
        {
            var (email, password) = ($"{Guid.NewGuid():N}@mail.example", "correct horse battery");
            using var registered = await client.PostAsJsonAsync("/api/users", new { email, name = "A Visitor", password });
            var id = (await registered.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
            if (isWanted?.Invoke(CustomerGroup.Of(id)) == false)
                continue;
            using var session = await client.PostAsJsonAsync("/api/users/login", new { email, password });
            return new(client, (await session.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!, id);
        }
    }

    /// <returns>The status; 0 when there was no answer.</returns>
    public async Task<int> GetAsync(string path) => (await SendAsync(new(HttpMethod.Get, path))).Status;

    /// <returns>The order's id and the status.</returns>
    public async Task<(Guid Id, int Status)> OrderAsync(Guid product)
    {
        var key = Guid.CreateVersion7();
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders")
        {
            Headers = { { "Idempotency-Key", key.ToString() } },
            Content = JsonContent.Create(new { lines = new[] { new { productId = product, quantity = 1 } } }),
        };
        return (key, (await SendAsync(request)).Status);
    }

    /// <returns>The status of a login with a wrong password.</returns>
    public async Task<int> FailToLogInAsync() => (await SendAsync(new(HttpMethod.Post, "/api/users/login")
    {
        Content = JsonContent.Create(new { email = $"{Guid.NewGuid():N}@mail.example", password = "wrong wrong wrong" }),
    })).Status;

    /// <summary>The ids of the first products of the catalogue.</summary>
    public async Task<IReadOnlyList<(Guid Id, string Sku)>> ProductsAsync() =>
    [
        .. (await SendAsync(new(HttpMethod.Get, "/api/products?inStock=true&sort=price"))).Body.GetProperty("items").EnumerateArray()
            .Select(item => (item.GetProperty("id").GetGuid(), item.GetProperty("sku").GetString()!)),
    ];

    private async Task<(int Status, JsonElement Body)> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            try
            {
                using var answer = await _client.SendAsync(request);
                var text = await answer.Content.ReadAsStringAsync();
                return ((int)answer.StatusCode, text.Length > 0 && text[0] == '{' ? JsonElement.Parse(text) : default);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return (0, default);
            }
        }
    }
}
