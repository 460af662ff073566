using System.Diagnostics;

namespace ECommerce.Signals.Tests.Agreement;

/// <summary>Whoever leaves before the answer is complete is a 499, in every signal and every time.</summary>
public sealed class AbandonedTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private const int Times = 50;

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n{\"email\": ")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n20\r\n{\"email\": ")]
    public async Task A_body_that_breaks_off(string headersAndBody)
    {
        var name = Guid.NewGuid().ToString("N");
        for (var time = 0; time < Times; time++)
        {
            using var caller = await RudeCaller.CallAsync(shop.Public.BaseAddress!);
            await caller.SayAsync($"POST /api/users?{name} HTTP/1.1\r\nHost: shop\r\nX-Request-Id: {name}\r\nContent-Type: application/json\r\n{headersAndBody}");
            await caller.FallSilentAsync();
        }

        await Eventually.PassesAsync(() => StatusesIn(name).ShouldBe(Enumerable.Repeat(("499", "499"), Times)));
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_of_a_body()
    {
        var name = Guid.NewGuid().ToString("N");
        await Parallel.ForEachAsync(Enumerable.Range(0, Times), async (_, _) =>
        {
            using var caller = await RudeCaller.CallAsync(shop.Public.BaseAddress!);
            await caller.SayAsync($"POST /api/users HTTP/1.1\r\nHost: shop\r\nX-Request-Id: {name}\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n");
            await caller.HearAsync();
            await caller.SayAsync("{\"email\": ");
            caller.HangUp();
        });

        await Eventually.PassesAsync(() => StatusesIn(name).ShouldBe(Enumerable.Repeat(("499", "499"), Times)));
    }

    private IEnumerable<(string Line, string Span)> StatusesIn(string requestId) =>
        from line in shop.Log.Lines
        where line.TryGetProperty("request_id", out var id) && id.GetString() == requestId && line.TryGetProperty("status", out _)
        let span = shop.Spans.Of(line.GetProperty("trace_id").GetString()!).Single(span => span.Kind is ActivityKind.Server)
        select ($"{line.GetProperty("status")}", $"{span.GetTagItem("http.response.status_code")}");
}
