using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Console.Access;

namespace Observability.Console.Tests;

/// <summary>The authentication of an application beside that of the console.</summary>
[Collection(ConsoleHost.Alone)]
public sealed class SchemeTests
{
    [Fact]
    public async Task The_console_leaves_the_only_scheme_of_an_application_its_default()
    {
        await using var host = await ConsoleHost.StartAsync(services => services.AddAuthentication().AddScheme<
            AuthenticationSchemeOptions, Nobody>("Own", null));
        var schemes = host.Service<IAuthenticationSchemeProvider>();

        (await schemes.GetDefaultAuthenticateSchemeAsync())!.Name.ShouldBe("Own");
    }

    [Fact]
    public async Task An_application_that_wants_no_default_scheme_gets_none()
    {
        FrameworkInternals.IsDefaultSchemeSuppressed = true;
        try
        {
            await using var host = await ConsoleHost.StartAsync(services => services.AddAuthentication().AddScheme<
                AuthenticationSchemeOptions, Nobody>("Own", null));
            (await host.Service<IAuthenticationSchemeProvider>().GetDefaultAuthenticateSchemeAsync()).ShouldBeNull();
        }
        finally
        {
            FrameworkInternals.IsDefaultSchemeSuppressed = false;
        }
    }

    private sealed class Nobody(
        IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(AuthenticateResult.NoResult());
    }
}
