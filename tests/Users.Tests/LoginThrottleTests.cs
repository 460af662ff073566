using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using ECommerce.Testing;
using Shouldly;
using Xunit;

namespace ECommerce.Users.Tests;

/// <summary>Each on a host of its own: all tests call from one address.</summary>
public sealed class LoginThrottleTests
{
    [Fact]
    public async Task After_ten_failures_even_the_right_password_waits_until_the_minute_is_over()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:FailedLoginsPerMinute", "10"));
        var customer = await shop.Given.ACustomerAsync();
        for (var failure = 1; failure <= 10; failure++)
            (await LogInAsync(shop, customer.Email, "not the password")).Status.ShouldBe(401, $"failure {failure}");

        var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/users/login", new { email = customer.Email, password = customer.Password });

        seen.Answer.Status.ShouldBe(429);
        seen.Answer.Code.ShouldBe("too_many_requests");
        seen.Metrics["""auth_attempts_total{outcome="rejected",reason="throttled"}"""].ShouldBe(1);
        var wait = int.Parse(seen.Answer.Header("Retry-After")!, CultureInfo.InvariantCulture);
        wait.ShouldBeInRange(1, 60);

        shop.Clock.Advance(TimeSpan.FromSeconds(wait));
        (await LogInAsync(shop, customer.Email, customer.Password)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Failures_at_many_accounts_count_together_for_the_address_they_come_from()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:FailedLoginsPerMinute", "10"));
        for (var failure = 1; failure <= 10; failure++)
            (await LogInAsync(shop, Given.NewEmail(), "not the password")).Status.ShouldBe(401, $"failure {failure}");

        (await LogInAsync(shop, Given.NewEmail(), "not the password")).Status.ShouldBe(429);
    }

    [Fact]
    public async Task Failures_at_one_account_count_together_wherever_they_come_from()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:FailedLoginsPerMinute", "3"));
        var customer = await shop.Given.ACustomerAsync();
        for (var failure = 1; failure <= 3; failure++)
            (await LogInAsync(shop, customer.Email, "not the password", from: $"127.0.0.1{failure}")).ShouldBe(401, $"failure {failure}");

        (await LogInAsync(shop, customer.Email, customer.Password, from: "127.0.0.14")).ShouldBe(429);
    }

    [Fact]
    public async Task A_success_clears_the_account_and_not_the_address()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:FailedLoginsPerMinute", "3"));
        var customer = await shop.Given.ACustomerAsync();
        for (var failure = 1; failure <= 2; failure++)
            (await LogInAsync(shop, customer.Email, "not the password", from: "127.0.0.11")).ShouldBe(401);
        (await LogInAsync(shop, customer.Email, customer.Password, from: "127.0.0.11")).ShouldBe(200);

        for (var failure = 1; failure <= 2; failure++)
            (await LogInAsync(shop, customer.Email, "not the password", from: "127.0.0.12")).ShouldBe(401, "the account begins anew");
        (await LogInAsync(shop, Given.NewEmail(), "not the password", from: "127.0.0.11")).ShouldBe(401, "the third from this address");
        (await LogInAsync(shop, customer.Email, customer.Password, from: "127.0.0.11")).ShouldBe(429);
    }

    [Fact]
    public async Task Guesses_sent_all_at_once_are_counted_one_by_one()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:FailedLoginsPerMinute", "10"));
        var customer = await shop.Given.ACustomerAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => LogInAsync(shop, customer.Email, "not the password")));

        // As many as are checked at the same time may slip in beside the tenth.
        answers.Count(answer => answer.Status == 401).ShouldBeInRange(10, 10 + Math.Max(1, Environment.ProcessorCount / 2) - 1);
        answers.ShouldAllBe(answer => answer.Status == 401 || answer.Status == 429);
    }

    [Fact]
    public async Task A_stolen_token_is_no_faster_way_to_guess_the_password()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:FailedLoginsPerMinute", "3"));
        var customer = await shop.Given.ACustomerAsync();
        var guess = new { oldPassword = "not the password", newPassword = "the password of a thief" };
        for (var failure = 1; failure <= 3; failure++)
            (await shop.PutAsync($"/api/users/{customer.Id}/password", guess, customer)).Status.ShouldBe(401);

        (await shop.PutAsync($"/api/users/{customer.Id}/password", guess, customer)).Status.ShouldBe(429);
    }

    private static Task<Answer> LogInAsync(ShopFixture shop, string email, string password) => shop.PostAsync("/api/users/login", new { email, password });

    /// <summary>Every address of 127.0.0.0/8 is this machine, and another client.</summary>
    private static async Task<int> LogInAsync(ShopFixture shop, string email, string password, string from)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, ct) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(context.DnsEndPoint, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var answer = await client.PostAsJsonAsync(new Uri(shop.Public.BaseAddress!, "/api/users/login"), new { email, password });
        return (int)answer.StatusCode;
    }
}
