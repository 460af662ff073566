using ECommerce.Web;

namespace ECommerce.Users.Tests;

/// <summary>Failed logins are counted for all hosts on one database, and a restart does not forgive them.</summary>
public sealed class SharedThrottleTests : IAsyncLifetime
{
    private readonly HostOnOneDatabase _first = new(null);
    private readonly List<HostOnOneDatabase> _others = [];

    public Task InitializeAsync() => _first.InitializeAsync();

    [Fact]
    public async Task What_one_host_has_counted_holds_on_another_and_after_a_restart()
    {
        var second = await AnotherAsync();
        var customer = await _first.Given.ACustomerAsync();
        (await _first.LogInAsync(customer.Email, customer.Password)).Status.ShouldBe(200);
        (await _first.GuessUntilRefusedAsync(() => customer.Email)).ShouldBe(10);

        (await second.GuessAsync(customer.Email)).Status.ShouldBe(429);
        (await second.LogInAsync(customer.Email, customer.Password)).Status.ShouldBe(200, "known at home, wherever the login was");

        var restarted = await AnotherAsync();
        (await restarted.LogInAsync(customer.Email, customer.Password, Network.Elsewhere)).Status.ShouldBe(429);
    }

    [Fact]
    public async Task A_burst_over_two_hosts_is_counted_one_by_one()
    {
        var second = await AnotherAsync();
        var customer = await _first.Given.ACustomerAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(guess => (guess % 2 == 0 ? _first : second).GuessAsync(customer.Email)));

        answers.Count(answer => answer.Status == 401).ShouldBe(10);
        answers.ShouldAllBe(answer => answer.Status == 401 || answer.Status == 429);
    }

    /// <summary>Both counts of an unknown client: of the one account that it attacks, and of all accounts that it tries.</summary>
    [Fact]
    public async Task An_attacker_who_alternates_between_three_hosts_has_no_more_attempts_than_at_one()
    {
        HostOnOneDatabase[] hosts = [_first, await AnotherAsync(), await AnotherAsync()];
        var customer = await _first.Given.ACustomerAsync();

        (await GuessInTurnAsync(hosts, _ => customer.Email)).ShouldBe(10);
        (await GuessInTurnAsync(hosts, attempt => $"nobody-{attempt}@example.test", Network.Home)).ShouldBe(10);
    }

    public async Task DisposeAsync()
    {
        foreach (var other in _others)
            await other.DisposeAsync();
        await _first.DisposeAsync();
    }

    /// <returns>The attempts that were made before every host refused one.</returns>
    private static async Task<int> GuessInTurnAsync(HostOnOneDatabase[] hosts, Func<int, string> email, string from = Network.Elsewhere)
    {
        var (made, refused) = (0, 0);
        for (var attempt = 0; refused < hosts.Length && attempt < 60; attempt++)
        {
            var status = (await hosts[attempt % hosts.Length].GuessAsync(email(attempt), from)).Status;
            status.ShouldBeOneOf(401, 429);
            (made, refused) = status == 401 ? (made + 1, 0) : (made, refused + 1);
        }

        return made;
    }

    private async Task<HostOnOneDatabase> AnotherAsync()
    {
        var another = new HostOnOneDatabase(_first);
        _others.Add(another);
        await another.InitializeAsync();
        return another;
    }

    /// <summary>Hosts of one shop share the database and the key that signs tokens.</summary>
    private sealed class HostOnOneDatabase(HostOnOneDatabase? first) : ShopFixture
    {
        private readonly string _signingKey = first?._signingKey ?? SigningKey.NewPem();

        protected override Task<string> NewDatabaseAsync() => first is null ? base.NewDatabaseAsync() : Task.FromResult(first.ConnectionString);

        protected override void Configure(IDictionary<string, string?> settings)
        {
            ArgumentNullException.ThrowIfNull(settings);
            settings["Tokens:SigningKey"] = _signingKey;
            settings["Limits:FailedLoginsPerMinute"] = "10";
            settings[Network.TheGateway.Key] = Network.TheGateway.Value;
        }
    }
}
