using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using ECommerce.Hosting;
using ECommerce.Products.Contracts;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Signals.Tests.Registry;

/// <summary>A day on which everything happens in the shop that can happen: what no signal tells then, none ever tells.</summary>
public sealed class FullDay : ShopFixture
{
    /// <summary>The page of metrics in the end, text 0.0.4.</summary>
    public string Exposition { get; private set; } = "";

    /// <summary>Watches from the beginning.</summary>
    public PrometheusServer Prometheus { get; private set; } = null!;

    /// <summary>Those of the host: the test's own connections have no name.</summary>
    public IReadOnlyList<Activity> SpansOfTheDay =>
        [.. Spans.All.Where(span => span.GetTagItem("db.npgsql.data_source") is not string pool || !pool.Contains('=', StringComparison.Ordinal))];

    public IReadOnlyList<JsonElement> Lines => Log.Lines;

    /// <summary>The names of all background rounds.</summary>
    public IReadOnlyList<string> PeriodicJobs => [.. Services.GetServices<PeriodicJob>().Select(round => round.Name)];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Prometheus = await PrometheusServer.StartAsync(Management.BaseAddress!);
        await Prometheus.ScrapeAsync();
        await PeopleComeAndGoAsync();
        await ShelvesAreKeptAsync();
        await OrdersRunTheirCourseAsync();
        await ThingsAreRefusedAsync();
        await ThingsBreakAsync();
        await TroubleIsMadeAsync();
        await OperatorsLookAsync();
        await TooManyRegisterAsync();
        await SettleAsync();
        await Eventually.TrueAsync(() => Lines.Any(line => line.TryGetProperty("event", out var name) && name.GetString() == "health.changed"), "the dead letter is seen by the health check");
        // The gauges of rounds and probes come a little later.
        Exposition = await Eventually.GetAsync(async () =>
            await Management.GetStringAsync("/metrics") is var page
                && page.Contains("outbox_dead_letters{module=\"orders\"} 1\n", StringComparison.Ordinal)
                && !page.Contains("postgresql_rollbacks_total 0\n", StringComparison.Ordinal) ? page : null); // PostgreSQL counts what a session did when it idles
    }

    public override async Task DisposeAsync()
    {
        if (Prometheus is not null)
            await Prometheus.DisposeAsync();
        await base.DisposeAsync();
    }

    // The day begins with the first start.
    protected override Task<string> NewDatabaseAsync() => TestCluster.NewEmptyDatabaseAsync();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Limits:FailedLoginsPerMinute"] = "6";
        settings["Limits:RegistrationBurst"] = "20";
        settings["Limits:RegistrationsPerMinute"] = "1";
        settings["Limits:BodyBytes"] = "4096";
        settings["Users:RestoreWindow"] = "1.00:00:00"; // two days pass on this one
        settings["Orders:CancelledRetention"] = "1.00:00:00";
        settings["Products:ReservationRetention"] = "3.00:00:00";
        settings["Database:StatisticsInterval"] = "00:00:01";
        settings["Outbox:MaxAttempts"] = "2";
        settings["Outbox:FirstBackoff"] = "00:00:00.010";
        settings["Logging:LogLevel:ECommerce"] = "Debug";
        settings["Noise:Burst"] = "3";
        settings["Noise:RequestsPerSecond"] = "1";
        settings["Noise:SummaryInterval"] = "00:00:01";
    }

    private async Task PeopleComeAndGoAsync()
    {
        var ada = await Given.ACustomerAsync();
        await PostAsync("/api/users/login", new { email = ada.Email, password = "not the right one" });
        await PostAsync("/api/users/login", new { email = Given.NewEmail(), password = "whatever it may be" });
        await SendAsync(HttpMethod.Put, $"/api/users/{ada.Id}", new { name = "Ada Byron", email = ada.Email, password = ada.Password }, ada);
        await SendAsync(HttpMethod.Get, $"/api/users/{ada.Id}", by: ada);
        await SendAsync(HttpMethod.Delete, $"/api/users/{ada.Id}", by: ada);
        await PostAsync("/api/users/login", new { email = ada.Email, password = ada.Password });

        var (robbed, admin) = (await Given.ACustomerAsync(), await Given.AdminAsync());
        await SendAsync(HttpMethod.Post, $"/api/users/{robbed.Id}/revoke-tokens", by: robbed);
        await SendAsync(HttpMethod.Delete, $"/api/users/{robbed.Id}", by: admin);
        await SendAsync(HttpMethod.Post, $"/api/users/{robbed.Id}/restore", by: admin);
        await SendAsync(HttpMethod.Delete, $"/api/users/{robbed.Id}", by: admin); // and not restored in time

        var guessed = await Given.ACustomerAsync();
        for (var guess = 0; guess < 8; guess++)
            await PostAsync("/api/users/login", new { email = guessed.Email, password = $"guess number {guess}" });
        Clock.Advance(TimeSpan.FromMinutes(2)); // the address may try again
    }

    private async Task ShelvesAreKeptAsync()
    {
        var admin = await Given.AdminAsync();
        var product = await Given.AProductAsync();
        await SendAsync(HttpMethod.Put, $"/api/products/{product.Id}", new
        {
            name = "Dearer now",
            description = "Made for a test.",
            category = product.Category,
            price = new { amount = product.Price + 1, currency = "EUR" },
        }, admin);
        await GetAsync($"/api/products/{product.Id}");

        // Held for an order that never comes.
        await using var scope = Services.CreateAsyncScope();
        var held = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ReserveStock(Guid.CreateVersion7(), admin.Id, [new(product.Id, 1)]));
        held.Error.ShouldBeNull();
    }

    private async Task OrdersRunTheirCourseAsync()
    {
        var customer = await Given.ACustomerAsync();
        var product = await Given.AProductAsync(stock: 100);
        var admin = await Given.AdminAsync();

        var shipped = await Given.APaidOrderAsync(customer, (product, 2));
        await SettleAsync();
        await PostAsync($"/api/orders/{shipped.Id}/ship", by: admin);
        await PostAsync($"/api/orders/{shipped.Id}/deliver", by: admin);

        var regretted = await Given.APaidOrderAsync(customer, (product, 1));
        await PostAsync($"/api/orders/{regretted.Id}/cancel", by: customer);

        var declined = await Given.AnOrderAsync(customer, (product, 1));
        await PostAsync($"/api/orders/{declined.Id}/pay", new { method = "declined_card" }, customer);
        var slow = await Given.AnOrderAsync(customer, (product, 1));
        await PostAsync($"/api/orders/{slow.Id}/pay", new { method = "slow_card" }, customer);
        await Eventually.TrueAsync(async () => await ScalarAsync<string>("SELECT status FROM orders.orders WHERE id = @Id", new { slow.Id }) == "paid", "the slow card is captured");

        var forgotten = await Given.AnOrderAsync(customer, (product, 1));
        await SettleAsync();
        Clock.Advance(TimeSpan.FromDays(2));
        await Eventually.TrueAsync(async () => await ScalarAsync<string>("SELECT status FROM orders.orders WHERE id = @Id", new { forgotten.Id }) == "cancelled", "the forgotten order expires");
        await Eventually.TrueAsync(async () => await ScalarAsync<bool>("SELECT NOT EXISTS (SELECT FROM users.users WHERE deleted_at IS NOT NULL AND erased_at IS NULL)"), "whoever was deleted is erased");
        await Eventually.TrueAsync(async () => await ScalarAsync<bool>("SELECT EXISTS (SELECT FROM products.reservations WHERE state = 'lapsed')"), "the reservation lapses");

        await SettleAsync();
        Clock.Advance(TimeSpan.FromDays(4));
        await Eventually.TrueAsync(async () => await ScalarAsync<bool>("SELECT NOT EXISTS (SELECT FROM orders.orders WHERE id = @Id)", new { forgotten.Id }), "the forgotten order is purged");
        await Eventually.TrueAsync(async () => await ScalarAsync<bool>("SELECT NOT EXISTS (SELECT FROM products.reservations WHERE state = 'lapsed')"), "the lapsed reservation is purged");

        // An order that is refused after its stock was reserved, so that the stock is released.
        var dear = await Given.AProductAsync(price: 9_999_999_999.99m);
        await PostAsync("/api/orders", Given.Lines((dear, 2)), await Given.ACustomerAsync());
    }

    private async Task ThingsAreRefusedAsync()
    {
        var customer = await Given.ACustomerAsync();
        var product = await Given.AProductAsync(stock: 1);
        await PostAsync("/api/orders", Given.Lines((product, 2)), customer);
        await PostAsync("/api/orders", Given.Lines(), customer);
        await PostAsync("/api/users", new string('x', 5000));
        await GetAsync("/nothing/here?token=abc");
        using var brew = new HttpRequestMessage(new("BREW"), "/api/products") { Headers = { { "User-Agent", "a teapot" } } };
        await Public.SendAsync(brew);
        await GetAsync("/api/products", headers: ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        for (var knock = 0; knock < 5; knock++)
            await GetAsync("/wp-login.php");
        await Eventually.TrueAsync(() => Lines.Any(line => line.TryGetProperty("event", out var name) && name.GetString() == "requests.untold"), "the flood is summed up");
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
        {
            await OperateAsync(method, "/ops/log-levels/users", method == HttpMethod.Put ? new { level = "Trace" } : null);
        }
        await GetAsync("/health/ready");
    }

    private async Task OperatorsLookAsync()
    {
        await Management.PostAsync("/ops/readiness/enable", null);
        using var guess = new HttpRequestMessage(HttpMethod.Post, "/ops/readiness/enable") { Headers = { { ECommerce.Web.ManagementKey.Header, "a guess" } } };
        await Management.SendAsync(guess);
        (HttpMethod, string)[] looks = [(HttpMethod.Get, "/debug/profile?seconds=1"), (HttpMethod.Post, "/debug/gc"), (HttpMethod.Get, "/ops/api/traces?limit=1")];
        foreach (var (method, path) in looks)
        {
            using var look = new HttpRequestMessage(method, path) { Headers = { { ECommerce.Web.ManagementKey.Header, ManagementKey } } };
            (await Management.SendAsync(look)).EnsureSuccessStatusCode();
        }
    }

    private async Task ThingsBreakAsync()
    {
        var (customer, product) = (await Given.ACustomerAsync(), await Given.AProductAsync());
        var broken = Guid.CreateVersion7();
        await using var database = new NpgsqlConnection(ConnectionString);
        await database.ExecuteAsync($"""
            CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of order'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON products.reservations FOR EACH ROW WHEN (OLD.id = '{broken}') EXECUTE FUNCTION public.refuse();
            CREATE TRIGGER refuse BEFORE INSERT ON users.users FOR EACH ROW WHEN (NEW.name = 'Nobody') EXECUTE FUNCTION public.refuse();
            CREATE SEQUENCE public.races;
            GRANT USAGE ON SEQUENCE public.races TO PUBLIC;
            CREATE FUNCTION public.lose() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF nextval('public.races') = 1 THEN
                        RAISE EXCEPTION 'lost the race' USING ERRCODE = '40001';
                    END IF;
                    RETURN NULL;
                END $$;
            CREATE TRIGGER lose AFTER INSERT ON users.users FOR EACH ROW WHEN (NEW.name = 'Second') EXECUTE FUNCTION public.lose();
            """);
        // A dead letter, and a request that meets what nobody expected.
        await PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("Idempotency-Key", broken.ToString()));
        (await PostAsync("/api/users", new { email = Given.NewEmail(), name = "Nobody", password = "correct horse battery" })).Status.ShouldBe(500);
        (await PostAsync("/api/users", new { email = Given.NewEmail(), name = "Second", password = "correct horse battery" })).Status.ShouldBe(201);
    }

    private async Task TroubleIsMadeAsync()
    {
        await GetAsync("/api/products", headers: ("X-Fault", "latency=1ms"));

        await OperateAsync(HttpMethod.Put, "/ops/faults/event_handler_fails", new { module = "orders" });
        await OperateAsync(HttpMethod.Put, "/ops/faults/relay_stalled", new { module = "users" });
        await Eventually.TrueAsync(async () => (await MetricsAsync())["""fault_injections_total{fault="relay_stalled",module="users"}"""] > 0, "a relay stalls");
        var leaving = await Given.ACustomerAsync();
        await SendAsync(HttpMethod.Delete, $"/api/users/{leaving.Id}", by: leaving);
        await OperateAsync(HttpMethod.Delete, "/ops/faults/relay_stalled");
        await Eventually.TrueAsync(() => SpansOfTheDay.Any(span => span.Kind is ActivityKind.Consumer && span.GetTagItem("app.fault") is not null), "a handler fails on purpose");
        await OperateAsync(HttpMethod.Delete, "/ops/faults/event_handler_fails");

        await OperateAsync(HttpMethod.Put, "/ops/faults/log_flood", new { linesPerSecond = 20, @for = "00:00:00.500" });
        await OperateAsync(HttpMethod.Put, "/ops/faults/cardinality_explosion", new { series = 3 });
        await Eventually.TrueAsync(async () => (await MetricsAsync()) is var now && now["""fault_active{fault="log_flood",module="platform"}"""] == 0
            && now["""telemetry_series{metric="fault_noise_total"}"""] == 3, "the flood ends by itself, and there are useless series");
    }

    private async Task TooManyRegisterAsync()
    {
        for (var registration = 0; registration <= 20; registration++)
            await PostAsync("/api/users", new { email = Given.NewEmail(), name = "One of many", password = "correct horse battery" });
    }

    private async Task OperateAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Headers = { { ECommerce.Web.ManagementKey.Header, ManagementKey } },
            Content = body is null ? null : JsonContent.Create(body),
        };
        (await Management.SendAsync(request)).EnsureSuccessStatusCode();
    }
}
