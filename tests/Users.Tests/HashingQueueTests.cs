using System.Globalization;
using ECommerce.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Users.Tests;

/// <summary>Hashing has a queue of its own: bounded, fair by client, and no burden to other requests.</summary>
public sealed class HashingQueueTests
{
    // Slow enough that requests meet in the queue; nothing is measured in time.
    private static readonly (string Key, string? Value) Slow = ("Passwords:Iterations", "500000");

    private static int Slots => Math.Max(1, Environment.ProcessorCount / 2);

    [Fact]
    public async Task A_client_with_many_requests_waits_for_itself_and_nobody_else_for_it()
    {
        await using var shop = await OwnShop.StartAsync(Slow, Network.TheGateway);
        var done = 0;
        var flood = Enumerable.Range(0, 30).Select(async _ =>
        {
            await shop.RegisterAsync(Network.Elsewhere);
            Interlocked.Increment(ref done);
        }).ToArray();
        await Eventually.TrueAsync(async () => await WaitingAsync(shop) >= 20, "the flood waits");

        var before = Volatile.Read(ref done);
        (await shop.RegisterAsync(Network.Home)).Status.ShouldBe(201);

        // Those in their slots, and one of each client's turn.
        (Volatile.Read(ref done) - before).ShouldBeLessThanOrEqualTo((2 * Slots) + 2);
        await Task.WhenAll(flood);
    }

    [Fact]
    public async Task Beyond_the_places_of_one_client_it_is_refused_and_told_when_to_come_back()
    {
        await using var shop = await OwnShop.StartAsync(Slow, Network.TheGateway, ("Passwords:WaitingPerClient", "4"));

        var answers = await Task.WhenAll(Enumerable.Range(0, Slots + 14).Select(_ => shop.RegisterAsync(Network.Elsewhere)));

        answers.Count(answer => answer.Status == 429).ShouldBeGreaterThanOrEqualTo(1);
        // All may have arrived before the first has moved from its waiting place into a slot.
        answers.Count(answer => answer.Status == 201).ShouldBeGreaterThanOrEqualTo(4);
        answers.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 429);
        answers.Where(answer => answer.Status == 429).ShouldAllBe(answer => WaitOf(answer) >= 1 && WaitOf(answer) <= 60 && answer.Code == "too_many_requests");
        (await shop.MetricsAsync())["""password_hashing_refused_total{reason="client_queue"}"""].ShouldBe(answers.Count(answer => answer.Status == 429));
    }

    [Fact]
    public async Task A_full_queue_has_room_for_a_client_with_fewer_requests_in_it()
    {
        await using var shop = await OwnShop.StartAsync(Slow, Network.TheGateway, ("Passwords:Waiting", "6"));
        var flood = Enumerable.Range(0, Slots + 20).Select(_ => shop.RegisterAsync(Network.Elsewhere)).ToArray();
        await Eventually.TrueAsync(async () => await WaitingAsync(shop) >= 6, "the queue is full");

        (await shop.RegisterAsync(Network.Home)).Status.ShouldBe(201);

        (await Task.WhenAll(flood)).ShouldAllBe(answer => answer.Status == 201 || answer.Status == 429);
        (await shop.MetricsAsync())["""password_hashing_refused_total{reason="queue"}"""].ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_request_that_is_given_up_leaves_its_place()
    {
        await using var shop = await OwnShop.StartAsync(Slow, Network.TheGateway);
        using var impatience = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, Slots + 10).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/users")
            {
                Content = System.Net.Http.Json.JsonContent.Create(new { email = Given.NewEmail(), name = "Ada Tester", password = "correct horse battery" }),
            };
            await shop.Public.SendAsync(request, impatience.Token);
        }).ToArray();
        await Eventually.TrueAsync(async () => await WaitingAsync(shop) >= 6, "they wait");

        await impatience.CancelAsync();

        // Those that are left in a slot may take a moment; the queue does not.
        await Eventually.TrueAsync(async () => await WaitingAsync(shop) == 0, "the queue is empty");
        await Task.WhenAll(waiting.Select(one => Task.WhenAny(one)));
        waiting.Count(one => one.IsCanceled).ShouldBeGreaterThanOrEqualTo(6);
        (await shop.RegisterAsync(Network.Home)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Whoever_waits_for_a_hash_holds_no_place_of_other_requests()
    {
        await using var shop = await OwnShop.StartAsync();

        var separate = shop.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<SeparateConcurrencyLimit>() is not null)
            .Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName);

        separate.ShouldBe(["ChangePassword", "Login", "RegisterUser", "UpdateUser"], ignoreOrder: true);
    }

    [Fact]
    public async Task Registrations_of_one_client_are_limited_and_a_refusal_costs_neither_a_hash_nor_a_statement()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:RegistrationsPerMinute", "30"), ("Limits:RegistrationBurst", "5"), Network.TheGateway);
        for (var registration = 0; registration < 5; registration++)
            (await shop.RegisterAsync(Network.Elsewhere)).Status.ShouldBe(201);

        var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/users",
            new { email = Given.NewEmail(), name = "Ada Tester", password = "correct horse battery" }, null, ("X-Forwarded-For", Network.Elsewhere));

        seen.Answer.Status.ShouldBe(429);
        WaitOf(seen.Answer).ShouldBeInRange(1, 2);
        seen.Metrics["""password_hashing_refused_total{reason="registrations"}"""].ShouldBe(1);
        shop.Spans.Of(seen.TraceId).Select(span => span.DisplayName).ShouldBe(["RegisterUser", "POST /api/users"], ignoreOrder: true);
        (await shop.RegisterAsync(Network.Home)).Status.ShouldBe(201);

        shop.Clock.Advance(TimeSpan.FromSeconds(2));
        (await shop.RegisterAsync(Network.Elsewhere)).Status.ShouldBe(201);
    }

    private static async Task<double> WaitingAsync(ShopFixture shop) => (await shop.MetricsAsync())["password_hashing_waiting"];

    private static int WaitOf(Answer answer) => int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture);
}
