using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Access;

namespace Observability.Console.Tests;

/// <summary>Who gets into the console, and who does not.</summary>
public sealed class AccessTests
{
    private const string Api = "/ops/api/traces";
    private const string ReadKey = "a key that may only read";

    private readonly MovedClock _clock = new();

    [Fact]
    public async Task Nobody_gets_in_without_a_key()
    {
        await using var host = await StartAsync();

        using var api = await host.Stranger.GetAsync(Api);
        api.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        api.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        using var page = await host.Stranger.GetAsync("/ops/api/nowhere");
        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var wrong = await SendAsync(host, Api, (ConfiguredKeys.HeaderName, "another key than that"));
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(ConsoleHost.Key)]
    [InlineData(ReadKey)]
    public async Task A_key_in_the_header_opens_the_API(string key)
    {
        await using var host = await StartAsync();
        using var answer = await SendAsync(host, Api, (ConfiguredKeys.HeaderName, key));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_link_opens_the_console_once_and_leaves_the_address()
    {
        await using var host = await StartAsync();
        var link = host.Service<ConsoleLinks>().OneTime();

        using var first = await host.Stranger.GetAsync(link);
        (first.StatusCode, Location(first)).ShouldBe((HttpStatusCode.SeeOther, "/console"));
        var cookie = first.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        foreach (var part in new[] { "path=/", "samesite=strict", "httponly", "max-age=3600" })
            cookie.ShouldContain(part, Case.Insensitive);
        using (var answer = await SendAsync(host, Api, ("Cookie", cookie.Split(';')[0])))
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);

        using var again = await host.Stranger.GetAsync(link);
        (again.StatusCode, Location(again)).ShouldBe((HttpStatusCode.SeeOther, "/console/sign-in?refused=link"));
        again.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task A_link_is_worth_nothing_after_a_quarter_of_an_hour()
    {
        await using var host = await StartAsync();
        var link = host.Service<ConsoleLinks>().OneTime();
        _clock.Advance(ConsoleLinks.Lifetime);

        using var answer = await host.Stranger.GetAsync(link);
        Location(answer).ShouldBe("/console/sign-in?refused=link");
    }

    [Fact]
    public async Task A_token_is_in_no_log_line_and_no_span()
    {
        await using var host = await StartAsync();
        var link = host.Service<ConsoleLinks>().OneTime();
        var token = link.Split('=')[1];
        foreach (var address in new[] { link, link, $"/console/sign-in?token={new string('x', 43)}" })
            (await host.Stranger.GetAsync(address)).Dispose();
        await host.SellAsync(1);

        (await host.AskAsync("logs")).GetRawText().ShouldContain("/api/sales/:id", customMessage: "lines are kept");
        foreach (var what in new[] { "logs", "traces?limit=1000" })
        {
            var kept = (await host.AskAsync(what)).GetRawText();
            kept.ShouldNotContain(token);
            kept.ShouldNotContain("sign-in");
        }
        SpinWait.SpinUntil(() => host.Log.Contains("/api/sales", StringComparison.Ordinal), TimeSpan.FromSeconds(30)).ShouldBeTrue("the line of the sale is written");
        host.Log.ShouldNotContain(token);
        (await host.Stranger.GetStringAsync("/metrics")).ShouldNotContain(token);
    }

    [Fact]
    public async Task The_form_takes_the_key_and_leads_back()
    {
        await using var host = await StartAsync();

        using var answer = await EnterAsync(host, ReadKey, "/console/traces?filter=status%3Aerror");
        (answer.StatusCode, Location(answer)).ShouldBe((HttpStatusCode.SeeOther, "/console/traces?filter=status%3Aerror"));
        using (var api = await SendAsync(host, Api, ("Cookie", CookieOf(answer))))
            api.StatusCode.ShouldBe(HttpStatusCode.OK);
        host.Service<ConsoleSessions>().Find(CookieOf(answer).Split('=')[1])!.Role.ShouldBe(ConsoleRole.Viewer);

        using var wrong = await EnterAsync(host, "not the key at all", "/console");
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        wrong.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await wrong.Content.ReadAsStringAsync()).ShouldContain(SignInPage.WrongKey);
    }

    [Theory]
    [InlineData("https://attacker.example/")]
    [InlineData("//attacker.example/console")]
    [InlineData("/\\attacker.example")]
    [InlineData("/console/\\attacker.example")]
    [InlineData("/consolefoo")]
    [InlineData("/console/sign-in?token=x")]
    [InlineData("/console/\r\nSet-Cookie: a=b")]
    [InlineData("javascript:alert(1)")]
    public async Task The_form_leads_nowhere_else(string target)
    {
        await using var host = await StartAsync();
        using var answer = await EnterAsync(host, ConsoleHost.Key, target);

        Location(answer).ShouldBe("/console");
    }

    [Theory]
    [InlineData("https://attacker.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("null")]
    public async Task A_page_of_another_origin_neither_signs_in_nor_reads_with_the_cookie(string origin)
    {
        await using var host = await StartAsync();
        using var signedIn = await EnterAsync(host, ConsoleHost.Key, "/console");
        using (var form = await EnterAsync(host, ConsoleHost.Key, "/console", ("Origin", origin)))
            (form.StatusCode, form.Headers.Contains("Set-Cookie")).ShouldBe((HttpStatusCode.Forbidden, false));
        using (var read = await SendAsync(host, Api, ("Cookie", CookieOf(signedIn)), ("Origin", origin)))
            read.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using (var own = await SendAsync(host, Api, ("Cookie", CookieOf(signedIn)), ("Origin", host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority))))
            own.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_ends_after_an_hour_however_much_it_is_used()
    {
        await using var host = await StartAsync();
        using var signedIn = await EnterAsync(host, ConsoleHost.Key, "/console");
        foreach (var (after, status) in new[] { (30, HttpStatusCode.OK), (29, HttpStatusCode.OK), (1, HttpStatusCode.Unauthorized) })
        {
            _clock.Advance(TimeSpan.FromMinutes(after));
            using var answer = await SendAsync(host, Api, ("Cookie", CookieOf(signedIn)));
            answer.StatusCode.ShouldBe(status);
        }
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using var host = await StartAsync();
        using var signedIn = await EnterAsync(host, ConsoleHost.Key, "/console");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/sign-out") { Headers = { { "Cookie", CookieOf(signedIn) } } };
        using var left = await host.Stranger.SendAsync(request);

        Location(left).ShouldBe("/console/sign-in");
        using var answer = await SendAsync(host, Api, ("Cookie", CookieOf(signedIn)));
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("application/json", """{ "key": "x" }""")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("application/x-www-form-urlencoded", null)]
    public async Task What_is_no_small_form_is_refused(string type, string? body)
    {
        await using var host = await StartAsync();
        using var content = new StringContent(body ?? $"key={new string('a', 10_000)}");
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        using var answer = await host.Stranger.PostAsync("/console/sign-in", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"errors\":{\"key\":");
    }

    [Fact]
    public async Task Who_guesses_is_slowed_down_and_who_is_signed_in_is_not()
    {
        await using var host = await StartAsync();
        using var signedIn = await EnterAsync(host, ConsoleHost.Key, "/console");
        var statuses = new List<HttpStatusCode>();
        for (var guess = 0; guess < 6; guess++)
        {
            using var wrong = await EnterAsync(host, $"guess number {guess} of many", "/console");
            statuses.Add(wrong.StatusCode);
        }
        statuses.ShouldBe([.. Enumerable.Repeat(HttpStatusCode.Unauthorized, 5), HttpStatusCode.TooManyRequests]);

        using (var right = await EnterAsync(host, ConsoleHost.Key, "/console"))
            (right.StatusCode, right.Headers.RetryAfter?.Delta).ShouldBe((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)));
        using (var api = await SendAsync(host, Api, ("Cookie", CookieOf(signedIn))))
            api.StatusCode.ShouldBe(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromSeconds(1));
        using var later = await EnterAsync(host, ConsoleHost.Key, "/console");
        later.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public void There_are_at_most_a_thousand_sessions_and_the_oldest_goes_first()
    {
        var sessions = new ConsoleSessions(_clock);
        var first = sessions.Start(ConsoleRole.Operator);
        for (var i = 0; i < ConsoleSessions.Most; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            sessions.Start(ConsoleRole.Viewer);
        }

        sessions.Count.ShouldBe(ConsoleSessions.Most);
        sessions.Find(first).ShouldBeNull();
    }

    [Fact]
    public void The_page_shows_a_hostile_address_as_text() =>
        SignInPage.Write(new ConfiguredKeys(Microsoft.Extensions.Options.Options.Create(new Settings.ConsoleOptions()), _clock), "/style.css", "/console\"><script>", "<b>")
            .ShouldSatisfyAllConditions(page => page.ShouldNotContain("<script>"), page => page.ShouldNotContain("<b>"));

    [Fact]
    public async Task The_console_leaves_the_only_scheme_of_an_application_its_default()
    {
        await using var host = await ConsoleHost.StartAsync(services => services.AddAuthentication().AddScheme<
            Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, Nobody>("Own", null));
        var schemes = host.Service<Microsoft.AspNetCore.Authentication.IAuthenticationSchemeProvider>();

        (await schemes.GetDefaultAuthenticateSchemeAsync())!.Name.ShouldBe("Own");
    }

    [Fact]
    public async Task An_application_that_wants_no_default_scheme_gets_none()
    {
        FrameworkInternals.IsDefaultSchemeSuppressed = true;
        try
        {
            await using var host = await ConsoleHost.StartAsync(services => services.AddAuthentication().AddScheme<
                Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, Nobody>("Own", null));
            (await host.Service<Microsoft.AspNetCore.Authentication.IAuthenticationSchemeProvider>().GetDefaultAuthenticateSchemeAsync()).ShouldBeNull();
        }
        finally
        {
            FrameworkInternals.IsDefaultSchemeSuppressed = false;
        }
    }

    private Task<ConsoleHost> StartAsync() => ConsoleHost.StartAsync(services => services.AddSingleton<TimeProvider>(_clock), ("Console:ReadKey", ReadKey));

    private static async Task<HttpResponseMessage> EnterAsync(ConsoleHost host, string key, string target, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/sign-in") { Content = new FormUrlEncodedContent([new("key", key), new("to", target)]) };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await host.Stranger.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> SendAsync(ConsoleHost host, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await host.Stranger.SendAsync(request);
    }

    private static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private static string? Location(HttpResponseMessage answer) => answer.Headers.Location?.OriginalString;

    private sealed class MovedClock : TimeProvider
    {
        private TimeSpan _by;

        public void Advance(TimeSpan by) => _by += by;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _by;

        public override long GetTimestamp() => System.GetTimestamp() + (long)(_by.TotalSeconds * TimestampFrequency);
    }

    private sealed class Nobody(
        Microsoft.Extensions.Options.IOptionsMonitor<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions> options,
        Microsoft.Extensions.Logging.ILoggerFactory loggers, System.Text.Encodings.Web.UrlEncoder encoder)
        : Microsoft.AspNetCore.Authentication.AuthenticationHandler<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<Microsoft.AspNetCore.Authentication.AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(Microsoft.AspNetCore.Authentication.AuthenticateResult.NoResult());
    }
}
