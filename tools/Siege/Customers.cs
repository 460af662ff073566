using System.Diagnostics;
using System.Net;
using ECommerce.Traffic;

namespace ECommerce.Siege;

/// <summary>
/// Honest traffic: customers with an account and a source address each, who look at products, log in, register, order and pay. The model
/// is open: arrivals are a seeded Poisson process that never waits for the shop, and every visit begins on a new connection.
/// </summary>
internal sealed class Customers : IDisposable
{
    private const int MostTries = 3;
    private const int LeastAvailable = 10;

    private static readonly (Func<Customers, Visit, Task> WalkAsync, double Weight)[] Visits =
    [
        ((customers, visit) => customers.LookAsync(visit), 60),
        ((_, visit) => visit.AskAsync(Kinds.Lists, new("ListProducts", HttpMethod.Get, visit.SeededRandom.Chance(0.5) ? "/api/products" : "/api/products?sort=price&inStock=true")), 27),
        ((customers, visit) => customers.BuyAsync(visit), 10),
        ((_, visit) => visit.AskAsync(Kinds.Logins, Login(visit.Shopper.Account)), 3),
        ((_, visit) => visit.AskAsync(Kinds.Registrations, Registration(NewCustomer())), 1),
    ];

    private readonly List<Shopper> _shoppers = [];
    private Guid[] _products = [];

    /// <summary>The customer whose account is attacked. The victim has logged in before, and logs in only when an attack asks for it.</summary>
    public Shopper Victim { get; private set; } = null!;

    /// <summary>Registers the customers, logs them in, and reads the catalogue.</summary>
    /// <exception cref="SiegeException">The shop refuses honest customers before any attack.</exception>
    public static async Task<Customers> OpenAsync(Uri shop, int count, CancellationToken ct)
    {
        var customers = new Customers();
        for (var number = 1; number <= count; number++)
        {
            var shopper = new Shopper(new(shop, Journal.Open(null), new IPAddress([127, 0, 1, (byte)number])), NewCustomer());
            customers._shoppers.Add(shopper);
            Done(await shopper.AskAsync(Registration(shopper.Account), ct));
            var session = Done(await shopper.AskAsync(Login(shopper.Account), ct)).Body;
            shopper.Account.Holds(session.GetProperty("token").GetString()!, session.GetProperty("expiresAt").GetDateTimeOffset());
        }

        customers.Victim = customers._shoppers[^1];
        customers._shoppers.Remove(customers.Victim);
        customers._products = [.. (await ShelfOfAsync(customers.Victim, ct)).Where(offer => offer.Available >= LeastAvailable).Select(offer => offer.Id)];
        return customers._products.Length > 0 ? customers : throw new SiegeException("The catalogue is empty.");
    }

    /// <summary>Everything that can be ordered now.</summary>
    public static async Task<IReadOnlyList<Offer>> ShelfOfAsync(Shopper shopper, CancellationToken ct)
    {
        var offers = new List<Offer>();
        for (string? after = ""; after is not null;)
        {
            var path = $"/api/products?limit=100&inStock=true{(after.Length > 0 ? $"&after={Uri.EscapeDataString(after)}" : "")}";
            var page = Shelf.Read((await shopper.AskAsync(new("ListProducts", HttpMethod.Get, path), ct)).Body);
            offers.AddRange(page.Offers);
            after = page.Next;
        }

        return offers;
    }

    /// <summary>Customers arrive until cancelled; returns when the last of them has an answer, or has given up after 15 seconds.</summary>
    public Task ArriveAsync(Felt felt, int seed, double rate, CancellationToken until)
    {
        var dice = new SeededRandom(seed);
        return OpenLoop.RunAsync(
            () => dice.Exponential(TimeSpan.FromSeconds(1 / rate)),
            due => dice.Pick(Visits, kind => kind.Weight).WalkAsync(this, new(felt, dice.Pick(_shoppers), new(dice.NextSeed()), due)),
            until);
    }

    /// <summary>After a while the victim logs in with the right password, once a second, until cancelled.</summary>
    public async Task LogVictimInAsync(Felt felt, TimeSpan after, CancellationToken until)
    {
        await OpenLoop.PauseAsync(after, until);
        await OpenLoop.RunAsync(
            () => TimeSpan.FromSeconds(1), due => new Visit(felt, Victim, new(0), due).AskAsync(Kinds.VictimLogins, Login(Victim.Account)), until);
    }

    public void Dispose()
    {
        foreach (var shopper in _shoppers.Append(Victim))
            shopper.Dispose();
    }

    /// <summary>An account that no other run has.</summary>
    public static Customer NewCustomer() => new($"{Guid.NewGuid():N}@siege.example", $"siege {Guid.NewGuid():N}");

    public static Request Registration(Customer account) =>
        new("RegisterUser", HttpMethod.Post, "/api/users", new { email = account.Email, name = "Siege", password = account.Password });

    public static Request Login(Customer account, string? password = null) =>
        new("Login", HttpMethod.Post, "/api/users/login", new { email = account.Email, password = password ?? account.Password });

    public static Request Order(IEnumerable<(Guid Product, int Quantity)> lines, string token, Guid key) =>
        new("PlaceOrder", HttpMethod.Post, "/api/orders", new { lines = lines.Select(line => new { productId = line.Product, quantity = line.Quantity }) }, token, key);

    private static Answer Done(Answer answer) =>
        answer.IsOk ? answer : throw new SiegeException($"The shop answered {answer.Status} {answer.Code} before any attack.");

    private Task<Answer> LookAsync(Visit visit) => LookAtAsync(visit, visit.SeededRandom.Pick(_products));

    private static Task<Answer> LookAtAsync(Visit visit, Guid product) => visit.AskAsync(Kinds.Products, new("GetProduct", HttpMethod.Get, $"/api/products/{product}"));

    /// <summary>Looks for a product in stock, orders it and pays. A customer whose page did not come, or said that nothing is left, tries to order all the same.</summary>
    private async Task BuyAsync(Visit visit)
    {
        var (quantity, product) = (visit.SeededRandom.Between(1, 2), Guid.Empty);
        for (var tries = 1; tries <= MostTries; tries++)
        {
            product = visit.SeededRandom.Pick(_products);
            var page = await LookAtAsync(visit, product);
            if (!page.IsOk || page.Body.GetProperty("available").GetInt32() >= quantity)
                break;
        }

        var (key, token) = (Guid.CreateVersion7(), visit.Shopper.Account.Token!);
        var placed = await visit.AskAsync(Kinds.Orders, Order([(product, quantity)], token, key));
        if (placed.IsOk)
            await visit.AskAsync(Kinds.Payments, new("PayOrder", HttpMethod.Post, $"/api/orders/{key}/pay", new { method = "card" }, token));
    }

    /// <summary>One visit. Its first request is due when the customer arrives, each other one when the answer before it is there.</summary>
    private sealed class Visit(Felt felt, Shopper shopper, SeededRandom dice, long due)
    {
        private long _due = due;

        public Shopper Shopper => shopper;

        public SeededRandom SeededRandom => dice;

        public async Task<Answer> AskAsync(string kind, Request request)
        {
            var answer = await shopper.AskAsync(request, CancellationToken.None);
            felt.Add(kind, Stopwatch.GetElapsedTime(_due), answer);
            _due = Stopwatch.GetTimestamp();
            return answer;
        }
    }
}

/// <summary>A customer's program: one account and one source address.</summary>
internal sealed class Shopper(Traffic.Shop shop, Customer account) : IDisposable
{
    public Customer Account => account;

    public Task<Answer> AskAsync(Request request, CancellationToken ct) => shop.SendAsync(request, ActivityTraceId.CreateRandom().ToHexString(), ct);

    public void Dispose() => shop.Dispose();
}
