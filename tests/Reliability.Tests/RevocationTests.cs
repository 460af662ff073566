using System.Diagnostics;

namespace ECommerce.Reliability.Tests;

/// <summary>Two hosts on one database: what ends a token on one of them ends it on the other within a second.</summary>
public sealed class RevocationTests(ITestOutputHelper output)
{
    private const string NewPassword = "staple of the north";

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);

    // Until the connection is gone and back, on a machine that has other things to do.
    private static readonly TimeSpan Broken = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("deletion")]
    [InlineData("password")]
    [InlineData("revocation")]
    public async Task What_ends_a_token_on_one_host_ends_it_on_the_other_within_a_second(string how)
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var (here, there) = (await site.OpenAsync(), await site.OpenAsync());
        TimeSpan longest = default;

        // One of the two may hear of it by chance: whose relay carries the event.
        for (var number = 0; number < 5; number++)
        {
            var customer = await here.Given.ACustomerAsync();
            foreach (var host in (HostProcess[])[here, there])
                (await host.GetAsync("/api/orders", customer)).Status.ShouldBe(200, "now the host remembers the token's owner");

            var acknowledged = await EndTokensAsync(here, customer, how);
            var lives = await Task.WhenAll(LifeOfTokenAsync(here, customer, acknowledged), LifeOfTokenAsync(there, customer, acknowledged));
            longest = lives.Append(longest).Max();
        }

        output.WriteLine($"After a {how} the token lived for {longest.TotalMilliseconds:0} ms at most.");
        longest.ShouldBeLessThan(Promised);
    }

    [Fact]
    public async Task A_host_whose_listening_connection_is_cut_trusts_nothing_that_it_remembers()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var (here, there) = (await site.OpenAsync(("Outbox__PollInterval", "00:00:05")), await site.OpenAsync(("Outbox__PollInterval", "00:00:05")));
        var customer = await here.Given.ACustomerAsync();
        (await there.GetAsync("/api/orders", customer)).Status.ShouldBe(200, "now the other host remembers the token's owner");

        // Whoever listened is gone before the password changes, and waits five seconds before it listens again.
        (await site.AskAsync<long>(CutListeners)).ShouldBeGreaterThan(0);
        await Eventually.TrueAsync(async () => await site.AskAsync<long>(CountListeners) == 0, "no connection listens");
        var acknowledged = await EndTokensAsync(here, customer, "password");
        var lived = await LifeOfTokenAsync(there, customer, acknowledged);

        output.WriteLine($"With the listening connection cut the token lived for {lived.TotalMilliseconds:0} ms on the other host.");
        lived.ShouldBeLessThan(Promised);
    }

    [Fact]
    public async Task A_host_that_listens_again_has_forgotten_what_it_knew_before()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var (here, there) = (await site.OpenAsync(), await site.OpenAsync());
        var customer = await here.Given.ACustomerAsync();

        for (var round = 0; round < 5; round++)
        {
            (await there.GetAsync("/api/orders", customer)).Status.ShouldBe(200);
            await site.AskAsync<long>(CutListeners);
            var acknowledged = await EndTokensAsync(here, customer, "revocation");
            (await LifeOfTokenAsync(there, customer, acknowledged)).ShouldBeLessThan(Broken);
            customer = customer with { Token = await here.Given.TokenOfAsync(customer.Email, customer.Password) };
        }
    }

    /// <returns>When the host had acknowledged it.</returns>
    private static async Task<long> EndTokensAsync(HostProcess host, Customer customer, string how)
    {
        var answer = how switch
        {
            "deletion" => await host.DeleteAsync($"/api/users/{customer.Id}", await host.Given.AdminAsync()),
            "password" => await host.PutAsync($"/api/users/{customer.Id}/password", new { oldPassword = customer.Password, newPassword = NewPassword }, customer),
            _ => await host.PostAsync($"/api/users/{customer.Id}/revoke-tokens", by: customer),
        };
        answer.Status.ShouldBe(204, answer.Text);
        return Stopwatch.GetTimestamp();
    }

    /// <summary>Asks with the token again and again, until it is refused; on an endpoint that does not look for the user itself.</summary>
    private static async Task<TimeSpan> LifeOfTokenAsync(HostProcess host, Customer customer, long since)
    {
        var lived = TimeSpan.Zero;
        await Eventually.TrueAsync(async () =>
        {
            var asked = Stopwatch.GetElapsedTime(since);
            if ((await host.GetAsync("/api/orders", customer)).Status is 401)
                return true;
            lived = asked;
            return false;
        }, "the token is refused");
        return lived;
    }

    private const string CountListeners = """
        SELECT count(*)
        FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'ecommerce-users' AND query LIKE 'LISTEN %'
        """;

    private const string CutListeners = """
        SELECT count(pg_terminate_backend(pid))
        FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'ecommerce-users' AND query LIKE 'LISTEN %'
        """;
}
