using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Fuzz.Requests;
using ECommerce.Fuzz.Wire;
using ECommerce.Traffic;
using Answer = ECommerce.Fuzz.Wire.Answer;

namespace ECommerce.Fuzz;

/// <summary>What has to be there before the first request: the description, the catalogue of refusals, somebody to buy and something to be bought.</summary>
internal sealed class Preparation(Settings settings, Target target, Tally tally) : IDisposable
{
    private const int CoreAccounts = 6;
    private const int CoreProducts = 10;

    private readonly Line _line = new(target.Address, TimeSpan.FromSeconds(15));

    public Description Description { get; private set; } = null!;

    public IReadOnlyDictionary<string, int> Statuses { get; private set; } = null!;

    public World World { get; private set; } = null!;

    public Requests.Operators? Operators { get; private set; }

    /// <exception cref="NotAShopException">It does not answer, or not as a shop.</exception>
    public async Task PrepareAsync(CancellationToken ct)
    {
        Description = Description.Parse((await SendAsync("GET", "/openapi/v1.json", null, null, ct)).Body);
        Statuses = (await DoneAsync("GET", "/problems", null, null, ct)).GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("code").GetString()!, item => item.GetProperty("status").GetInt32());

        var dice = new SeededRandom(settings.Seed);
        var admin = await LogInAsync(settings.AdminEmail, settings.AdminPassword, ct);
        var core = new List<Account>();
        while (core.Count < CoreAccounts)
            core.Add(await JoinAsync(dice, ct));
        var shelf = new List<Guid>();
        while (shelf.Count < CoreProducts)
        {
            var product = ValidRequests.Product(dice);
            // Another run may have filled the same shelf with the same seed.
            product["sku"] = $"SH-{Guid.NewGuid():N}"[..20].ToUpperInvariant();
            product["stock"] = 1_000_000;
            shelf.Add((await DoneAsync("POST", "/api/products", product, admin.Token, ct)).GetProperty("id").GetGuid());
        }

        World = new() { Admin = admin, Core = core, Shelf = shelf };
        foreach (var code in Statuses.Keys.Order(StringComparer.Ordinal))
            World.ProblemCodes.Add(code);

        if (target.Management is { } management)
            Operators = new(Requests.Operators.Read(await management.GetByteArrayAsync("/ops", ct)), settings.ManagementKey);
    }

    public void Dispose() => _line.Dispose();

    private async Task<Account> JoinAsync(SeededRandom dice, CancellationToken ct)
    {
        var registration = ValidRequests.Registration(dice);
        // 409: an earlier run has registered the same.
        await SendAsync("POST", "/api/users", registration, null, ct);
        return await LogInAsync(registration["email"]!.GetValue<string>(), registration["password"]!.GetValue<string>(), ct);
    }

    private async Task<Account> LogInAsync(string email, string password, CancellationToken ct)
    {
        var session = await DoneAsync("POST", "/api/users/login", new JsonObject { ["email"] = email, ["password"] = password }, null, ct);
        return new(session.GetProperty("user").GetProperty("id").GetGuid(), email, password, session.GetProperty("token").GetString());
    }

    private async Task<JsonElement> DoneAsync(string method, string path, JsonNode? body, string? token, CancellationToken ct)
    {
        var answer = await SendAsync(method, path, body, token, ct);
        return answer is { Status: >= 200 and < 300, Json: { } json }
            ? json
            : throw new NotAShopException($"The shop at {target.Address} is not as it should be: {method} {path} gave {answer.Failure ?? $"{answer.Status} {answer.Code}"}.");
    }

    private async Task<Answer> SendAsync(string method, string path, JsonNode? body, string? token, CancellationToken ct)
    {
        var operation = new Operation("Prepare", method, path, [], null, new Dictionary<int, Dictionary<string, JsonElement>>());
        var draft = new Draft(operation) { Body = body, Token = token };
        var answer = await _line.SendAsync(draft.Write(target.Address.Authority), isHead: false, isLast: false, halfClose: false, ct);
        tally.Shop(answer, isTraffic: true);
        return answer.Failure is null ? answer : throw new NotAShopException($"There is no shop at {target.Address}: {answer.Failure}.");
    }
}
