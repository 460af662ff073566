using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Access;

namespace Observability.Console.Tests;

/// <summary>What a page may change, and what is on record of it.</summary>
public sealed class ActionTests
{
    [Fact]
    public async Task An_operator_changes_something_and_the_record_has_who_and_what()
    {
        var audit = new Heard();
        await using var host = await StartAsync(audit);
        using var page = await OpenAsync(host, ConsoleRole.Operator);
        var isMade = false;

        var done = await page.Actions.RunAsync("HoldFault", "latency", () =>
        {
            isMade = true;
            return Task.FromResult<string?>(null);
        });

        (done.IsDone, isMade, page.Actions.MayAct).ShouldBe((true, true, true));
        audit.Told.ShouldBe([$"HoldFault latency {page.Session.Name} Operator ok"]);
    }

    [Fact]
    public async Task A_session_for_reading_changes_nothing()
    {
        var audit = new Heard();
        await using var host = await StartAsync(audit);
        using var page = await OpenAsync(host, ConsoleRole.Viewer);

        page.Actions.MayAct.ShouldBeFalse();
        (await page.Actions.RunAsync("HoldFault", "latency", NeverAsync)).IsDone.ShouldBeFalse();
        audit.Told.ShouldBe([$"HoldFault  {page.Session.Name} Viewer rejected"]);
    }

    [Fact]
    public async Task A_page_that_is_older_than_its_session_changes_nothing()
    {
        var audit = new Heard();
        await using var host = await StartAsync(audit);
        using var page = await OpenAsync(host, ConsoleRole.Operator);
        host.Service<ConsoleSessions>().End(page.Id);

        page.Access.Current.ShouldBeNull();
        (await page.Actions.RunAsync("HoldFault", "latency", NeverAsync)).Message.ShouldBe("The session has ended. Sign in again.");
        audit.Told.ShouldBe(["HoldFault  nobody  rejected"]);
    }

    [Fact]
    public async Task What_is_refused_and_what_fails_is_told_without_its_target()
    {
        var audit = new Heard();
        await using var host = await StartAsync(audit);
        using var page = await OpenAsync(host, ConsoleRole.Operator);

        (await page.Actions.RunAsync("HoldFault", "nonsense", () => Task.FromResult<string?>("No such fault."))).ShouldBe(new(false, "No such fault."));
        var failed = await page.Actions.RunAsync("HoldFault", "latency", () => throw new InvalidOperationException("a password"));

        failed.IsDone.ShouldBeFalse();
        failed.Message!.ShouldNotContain("a password");
        audit.Told.ShouldBe([$"HoldFault  {page.Session.Name} Operator rejected", $"HoldFault  {page.Session.Name} Operator failed"]);
    }

    [Fact]
    public async Task A_host_without_a_record_of_its_own_logs_actions()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var page = await OpenAsync(host, ConsoleRole.Operator);
        await page.Actions.RunAsync("HoldFault", "latency", static () => Task.FromResult<string?>(null));

        var lines = await host.AskAsync("logs?filter=event:operator.action");
        lines.GetRawText().ShouldContain($"Console session {page.Session.Name} (operator): HoldFault latency ok");
    }

    private static Task<ConsoleHost> StartAsync(Heard audit) => ConsoleHost.StartAsync(services => services.AddSingleton<IConsoleAudit>(audit));

    private static Task<string?> NeverAsync() => throw new InvalidOperationException("It was changed.");

    // As a page is opened: the principal of the request becomes that of the scope.
    private static async Task<Page> OpenAsync(ConsoleHost host, ConsoleRole role)
    {
        var id = host.Service<ConsoleSessions>().Start(role);
        var scope = host.Service<IServiceScopeFactory>().CreateScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        (context.Request.Scheme, context.Request.Host) = ("http", new("localhost", 5000));
        context.Request.Headers.Cookie = $"{SignIn.CookieOf(context.Request)}={id}";
        context.SetEndpoint(new(null, new(new ConsoleEndpoint()), null));
        var user = (await context.AuthenticateAsync(ConsoleAuthentication.Scheme)).Principal.ShouldBeOfType<ClaimsPrincipal>();
        ((IHostEnvironmentAuthenticationStateProvider)scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>())
            .SetAuthenticationState(Task.FromResult(new AuthenticationState(user)));
        return new(scope, id, host.Service<ConsoleSessions>().Find(id)!);
    }

    private sealed record Page(IServiceScope Scope, string Id, ConsoleSession Session) : IDisposable
    {
        public ConsoleActions Actions => Scope.ServiceProvider.GetRequiredService<ConsoleActions>();

        public IConsoleAccess Access => Scope.ServiceProvider.GetRequiredService<IConsoleAccess>();

        public void Dispose() => Scope.Dispose();
    }

    private sealed class Heard : IConsoleAudit
    {
        public List<string> Told { get; } = [];

        public void Record(string action, string target, ConsoleUser? user, string outcome) => Told.Add($"{action} {target} {user?.Name ?? "nobody"} {user?.Role} {outcome}");
    }
}
