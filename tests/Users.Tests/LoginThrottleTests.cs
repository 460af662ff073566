using System.Globalization;

namespace ECommerce.Users.Tests;

/// <summary>Guessing is slow, and shuts out nobody but the guesser. Each test has a host of its own, since it moves the clock or counts.</summary>
public sealed class LoginThrottleTests
{
    private static readonly (string Key, string? Value)[] Ten = [("Limits:FailedLoginsPerMinute", "10"), Network.TheGateway];
    private static readonly (string Key, string? Value)[] Three = [("Limits:FailedLoginsPerMinute", "3"), Network.TheGateway];

    [Fact]
    public async Task After_ten_failures_even_the_right_password_waits_until_the_minute_is_over()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:FailedLoginsPerMinute", "10"));
        var customer = await shop.Given.ACustomerAsync();
        for (var failure = 1; failure <= 10; failure++)
            (await shop.PostAsync("/api/users/login", new { email = customer.Email, password = "not the password" })).Status.ShouldBe(401, $"failure {failure}");

        var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/users/login", new { email = customer.Email, password = customer.Password });

        seen.Answer.Status.ShouldBe(429);
        seen.Answer.Code.ShouldBe("too_many_requests");
        seen.Metrics["""auth_attempts_total{outcome="rejected",reason="throttled"}"""].ShouldBe(1);
        WaitOf(seen.Answer).ShouldBeInRange(1, 60);

        shop.Clock.Advance(TimeSpan.FromSeconds(WaitOf(seen.Answer)));
        await shop.Given.TokenOfAsync(customer.Email, customer.Password);
    }

    [Fact]
    public async Task Each_further_failure_doubles_the_wait_up_to_an_hour_and_quiet_hours_are_forgiven()
    {
        await using var shop = await OwnShop.StartAsync(Three);
        var email = Given.NewEmail();
        (await shop.GuessUntilRefusedAsync(() => email)).ShouldBe(3);

        List<int> minutes = [];
        for (var round = 0; round < 12; round++)
        {
            var wait = WaitOf(await shop.GuessAsync(email));
            minutes.Add((int)Math.Round(wait / 60.0));
            shop.Clock.Advance(TimeSpan.FromSeconds(wait));
            (await shop.GuessAsync(email)).Status.ShouldBe(401);
        }

        minutes.Take(5).ShouldBe([1, 2, 4, 8, 16]);
        minutes.Skip(5).ShouldAllBe(wait => wait >= 16 && wait <= 60, "an hour of waiting forgives one failure");
        minutes.Max().ShouldBe(60);

        shop.Clock.Advance(TimeSpan.FromHours(24));
        (await shop.GuessUntilRefusedAsync(() => email)).ShouldBe(3);
    }

    [Fact]
    public async Task Wrong_guesses_from_elsewhere_do_not_lock_the_administrator_out()
    {
        await using var shop = await OwnShop.StartAsync(Ten);
        (await shop.LogInAsync(Given.AdminEmail, Given.AdminPassword)).Status.ShouldBe(200);

        List<int> answers = [];
        for (var minute = 0; minute < 5; minute++)
        {
            for (var guess = 0; guess < 10; guess++)
                await shop.GuessAsync(Given.AdminEmail);
            for (var login = 0; login < 10; login++)
                answers.Add((await shop.LogInAsync(Given.AdminEmail, Given.AdminPassword)).Status);
            shop.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        answers.Count(status => status == 200).ShouldBe(50);
    }

    [Fact]
    public async Task One_client_cannot_lock_out_who_never_logged_in_before()
    {
        await using var shop = await OwnShop.StartAsync(Ten);
        var email = Given.NewEmail();
        (await shop.RegisterAsync(Network.Home, email)).Status.ShouldBe(201);
        for (var hour = 0; hour < 12; hour++)
        {
            shop.Clock.Advance(TimeSpan.FromHours(1));
            await shop.GuessUntilRefusedAsync(() => email, most: 30);
        }

        (await shop.LogInAsync(email, "correct horse battery")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Many_clients_can_delay_a_first_login_and_not_that_of_a_client_that_got_in_before()
    {
        await using var shop = await OwnShop.StartAsync(Three);
        var customer = await shop.Given.ACustomerAsync();
        (await shop.LogInAsync(customer.Email, customer.Password)).Status.ShouldBe(200);

        var guesses = 0;
        for (var guesser = 1; guesser <= 20; guesser++)
            guesses += await shop.GuessUntilRefusedAsync(() => customer.Email, from: $"198.51.100.{guesser}");

        guesses.ShouldBe(15, "five clients' allowances together");
        (await shop.LogInAsync(customer.Email, customer.Password, from: "203.0.113.1")).Status.ShouldBe(429);
        (await shop.LogInAsync(customer.Email, customer.Password)).Status.ShouldBe(200);
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        (await shop.LogInAsync(customer.Email, customer.Password, from: "203.0.113.1")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Failures_at_many_accounts_count_together_for_the_client_they_come_from()
    {
        await using var shop = await OwnShop.StartAsync(Ten);

        (await shop.GuessUntilRefusedAsync(Given.NewEmail)).ShouldBe(10);

        (await shop.GuessAsync(Given.NewEmail(), Network.Home)).Status.ShouldBe(401, "another address is another client");
    }

    [Fact]
    public async Task A_guesser_behind_the_same_address_does_not_shut_out_who_got_in_from_there()
    {
        await using var shop = await OwnShop.StartAsync(Ten);
        var (neighbour, newcomer) = (await shop.Given.ACustomerAsync(), await shop.Given.ACustomerAsync());
        (await shop.LogInAsync(neighbour.Email, neighbour.Password, Network.Elsewhere)).Status.ShouldBe(200);

        (await shop.GuessUntilRefusedAsync(Given.NewEmail)).ShouldBe(10);

        (await shop.LogInAsync(neighbour.Email, neighbour.Password, Network.Elsewhere)).Status.ShouldBe(200);
        (await shop.LogInAsync(newcomer.Email, newcomer.Password, Network.Elsewhere)).Status.ShouldBe(429);
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        (await shop.LogInAsync(newcomer.Email, newcomer.Password, Network.Elsewhere)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task All_addresses_of_an_IPv6_network_are_one_client()
    {
        await using var shop = await OwnShop.StartAsync(Ten);
        var (email, host) = (Given.NewEmail(), 0);

        var guesses = 0;
        for (; host < 30 && (await shop.GuessAsync(email, $"2001:db8:1:2::{++host:x}")).Status == 401;)
            guesses++;

        guesses.ShouldBe(10);
    }

    [Fact]
    public async Task A_success_clears_the_pair_and_not_the_address()
    {
        await using var shop = await OwnShop.StartAsync(Three);
        var customer = await shop.Given.ACustomerAsync();
        for (var round = 0; round < 3; round++)
        {
            (await shop.GuessAsync(customer.Email)).Status.ShouldBe(401);
            (await shop.LogInAsync(customer.Email, customer.Password, Network.Elsewhere)).Status.ShouldBe(200);
        }

        (await shop.GuessAsync(Given.NewEmail())).Status.ShouldBe(401, "the second failure of a stranger here: the others came from a client that is known");
        (await shop.GuessAsync(Given.NewEmail())).Status.ShouldBe(401);
        (await shop.GuessAsync(Given.NewEmail())).Status.ShouldBe(429);
    }

    [Fact]
    public async Task Guesses_sent_all_at_once_are_counted_one_by_one()
    {
        await using var shop = await OwnShop.StartAsync(Ten);
        var customer = await shop.Given.ACustomerAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shop.GuessAsync(customer.Email)));

        answers.Count(answer => answer.Status == 401).ShouldBe(10);
        answers.ShouldAllBe(answer => answer.Status == 401 || answer.Status == 429);
    }

    [Fact]
    public async Task A_stolen_token_is_no_faster_way_to_guess_the_password()
    {
        await using var shop = await OwnShop.StartAsync(Three);
        var customer = await shop.Given.ACustomerAsync();
        var change = new { oldPassword = "not the password", newPassword = "the password of a thief" };
        (await shop.PutAsync($"/api/users/{customer.Id}/password", change, customer)).Status.ShouldBe(401);
        (await shop.PutAsync($"/api/users/{customer.Id}", new { email = Given.NewEmail(), password = "not the password" }, customer)).Status.ShouldBe(401);
        (await shop.PutAsync($"/api/users/{customer.Id}/password", change, customer)).Status.ShouldBe(401);

        (await shop.PutAsync($"/api/users/{customer.Id}/password", change, customer)).Status.ShouldBe(429);
        (await shop.PutAsync($"/api/users/{customer.Id}", new { email = Given.NewEmail(), password = customer.Password }, customer)).Status.ShouldBe(429);
    }

    [Fact]
    public async Task A_refusal_tells_nothing_about_the_account()
    {
        await using var shop = await OwnShop.StartAsync(Three);
        var customer = await shop.Given.ACustomerAsync();
        var (known, unknown) = (customer.Email, Given.NewEmail());
        var (ofKnown, ofUnknown) = (await StoryAsync(known, "198.51.100.1"), await StoryAsync(unknown, "198.51.100.2"));

        ofKnown.ShouldBe(ofUnknown);
        (await shop.LogInAsync(known, customer.Password, "198.51.100.1")).Status.ShouldBe(429);

        async Task<string> StoryAsync(string email, string from)
        {
            List<string> told = [];
            for (var guess = 0; guess < 5; guess++)
            {
                var answer = await shop.GuessAsync(email, from);
                told.Add($"{answer.Status} {answer.Code} {answer.Body.GetProperty("detail")}");
            }

            return string.Join('\n', told);
        }
    }

    [Fact]
    public async Task A_repeated_refusal_costs_neither_a_hash_nor_a_statement()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:FailedLoginsPerMinute", "3"));
        for (var guess = 0; guess < 4; guess++)
            await shop.PostAsync("/api/users/login", new { email = Given.NewEmail(), password = "not the password" });

        // Another account each time: the client is what waits.
        var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/users/login", new { email = Given.NewEmail(), password = "not the password" });

        seen.Answer.Status.ShouldBe(429);
        shop.Spans.Of(seen.TraceId).Select(span => span.DisplayName).ShouldBe(["Login", "POST /api/users/login"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_no_longer_counts_is_deleted_and_an_account_knows_a_bounded_number_of_clients()
    {
        await using var shop = await OwnShop.StartAsync([.. Three, ("Passwords:PurgeInterval", "00:00:00.200")]);
        var customer = await shop.Given.ACustomerAsync();
        await shop.GuessUntilRefusedAsync(() => customer.Email);
        for (var client = 1; client <= 25; client++)
            (await shop.LogInAsync(customer.Email, customer.Password, $"203.0.113.{client}")).Status.ShouldBe(200);

        await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>("SELECT count(*) FROM users.login_clients") <= 20, "twenty clients are known");
        (await shop.ScalarAsync<long>("SELECT count(*) FROM users.login_failures")).ShouldBe(3, "the pair, the account and the client");

        shop.Clock.Advance(TimeSpan.FromDays(31));
        await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>(
            "SELECT (SELECT count(*) FROM users.login_failures) + (SELECT count(*) FROM users.login_clients)") == 0, "everything is forgotten");
    }

    private static int WaitOf(Answer answer) => int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture);
}
