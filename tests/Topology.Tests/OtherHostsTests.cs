using ECommerce.Web;

namespace ECommerce.Topology.Tests;

/// <summary>A host of Orders among other programs.</summary>
public sealed class OrdersAmongOthers : IAsyncLifetime
{
    internal OtherHosts Others { get; private set; } = null!;

    internal OrdersAlone Orders { get; private set; } = null!;

    internal SigningKey First { get; } = SigningKey.FromPem(SigningKey.NewPem());

    internal SigningKey Second { get; } = SigningKey.FromPem(SigningKey.NewPem());

    public async Task InitializeAsync()
    {
        Others = await OtherHosts.StartAsync();
        Orders = new(Others.Address, Others.Address, SigningKey.NewPem(),
            ("Contracts:Concurrency", "2"), ("Contracts:RetryDelay", "00:00:00.001"), ("Contracts:CircuitBreak", "00:00:00.500"), ("Contracts:AttemptTimeout", "00:00:04"));
        await Orders.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Orders.DisposeAsync();
        await Others.DisposeAsync();
        First.Dispose();
        Second.Dispose();
    }
}

/// <summary>What a host of Orders believes of Users, and how it bounds its calls to Products, when it cannot rely on either.</summary>
public sealed class OtherHostsTests : IClassFixture<OrdersAmongOthers>
{
    private readonly OtherHosts _others;
    private readonly OrdersAlone _orders;
    private readonly SigningKey _first;
    private readonly SigningKey _second;

    public OtherHostsTests(OrdersAmongOthers shop)
    {
        ArgumentNullException.ThrowIfNull(shop);
        (_others, _orders, _first, _second) = (shop.Others, shop.Orders, shop.First, shop.Second);
        _others.Key = _first;
        _orders.Clock.Advance(TimeSpan.FromMinutes(6)); // keys of another test are old
    }

    [Fact]
    public async Task A_key_that_Users_rotates_is_fetched_once_and_while_Users_is_away_the_known_one_counts()
    {
        var (before, after) = (OtherHosts.CustomerWith(_first), OtherHosts.CustomerWith(_second));
        (await _orders.GetAsync("/api/orders", before)).Status.ShouldBe(200);
        var fetched = _others.Asked("keys");

        _others.Key = _second;
        (await _orders.GetAsync("/api/orders", after)).Status.ShouldBe(401, "the keys were fetched a moment ago");
        _others.Asked("keys").ShouldBe(fetched);
        _orders.Clock.Advance(TimeSpan.FromSeconds(11));
        (await _orders.GetAsync("/api/orders", after)).Status.ShouldBe(200, "an unknown key is fetched");
        (await _orders.GetAsync("/api/orders", before)).Status.ShouldBe(401, "the former key is gone");
        for (var made = 0; made < 3; made++)
        {
            using var stranger = SigningKey.FromPem(SigningKey.NewPem());
            (await _orders.GetAsync("/api/orders", OtherHosts.CustomerWith(stranger))).Status.ShouldBe(401);
        }

        _others.Asked("keys").ShouldBe(fetched + 1, "whatever keys callers make up");
        _others.Key = null;
        _orders.Clock.Advance(TimeSpan.FromMinutes(6));
        (await _orders.GetAsync("/api/orders", after)).Status.ShouldBe(200, "Users does not answer");
        _others.Asked("keys").ShouldBeGreaterThan(fetched + 1);
    }

    [Fact]
    public async Task Without_the_broadcasts_of_Users_nothing_that_is_known_of_an_owner_is_believed()
    {
        var (customer, asked) = (OtherHosts.CustomerWith(_first), _others.Asked("owner"));
        for (var request = 1; request <= 3; request++)
        {
            (await _orders.GetAsync("/api/orders", customer)).Status.ShouldBe(200);
            _others.Asked("owner").ShouldBe(asked + request);
        }

        _others.CredentialsVersion = 2;
        (await _orders.GetAsync("/api/orders", customer)).Status.ShouldBe(401, "the password was changed");
        _others.CredentialsVersion = 1;
        (await _orders.GetAsync("/api/orders", customer)).Status.ShouldBe(200, "a no is not kept");
    }

    [Fact]
    public async Task Calls_in_flight_are_bounded_and_a_module_that_fails_is_not_asked_for_a_while()
    {
        const string Busy = """contract_call_duration_seconds_count{module="products",contract="products.reserve-stock.v1",outcome="busy"}""";
        const string Open = """contract_circuit_open{module="products"}""";
        _others.IsSlow = true;
        List<Task<Answer>> waiting = [];
        for (var call = 1; call <= 2; call++)
        {
            waiting.Add(OrderAsync());
            await Eventually.TrueAsync(() => _others.Asked("reserve") == call, "the call has arrived");
        }

        var third = await OrderAsync();

        (third.Status, third.Member("module").GetString()).ShouldBe((503, "products"), third.Text);
        _others.Asked("reserve").ShouldBe(2);
        (await _orders.MetricsAsync())[Busy].ShouldBe(1);
        _others.Answer(2);
        (await Task.WhenAll(waiting)).ShouldAllBe(answer => answer.Status == 404);

        (_others.IsSlow, _others.IsBroken) = (false, true);
        for (var order = 0; order < 20 && (await _orders.MetricsAsync())[Open] == 0; order++)
            (await OrderAsync()).Status.ShouldBe(503);
        (await _orders.MetricsAsync())[Open].ShouldBe(1);
        var asked = _others.Asked("reserve");
        (await OrderAsync()).Member("module").GetString().ShouldBe("products");
        _others.Asked("reserve").ShouldBe(asked, "the circuit is open");
        _others.IsBroken = false;
        await Eventually.TrueAsync(async () => (await OrderAsync()).Status == 404, "a probe call has closed the circuit");
        (await _orders.MetricsAsync())[Open].ShouldBe(0);
    }

    private Task<Answer> OrderAsync() => _orders.PostAsync("/api/orders", new { lines = new[] { new { productId = Guid.CreateVersion7(), quantity = 1 } } },
        OtherHosts.CustomerWith(_first), ("Idempotency-Key", Guid.CreateVersion7().ToString()));
}
