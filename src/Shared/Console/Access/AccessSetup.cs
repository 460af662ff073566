using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Observability.Console.Settings;

namespace Observability.Console.Access;

/// <summary>Sets up who gets into the console.</summary>
internal static class AccessSetup
{
    private static readonly AuthorizationPolicy SignedIn = new AuthorizationPolicyBuilder(ConsoleAuthentication.Scheme).RequireAuthenticatedUser().Build();

    public static void AddConsoleAccess(this IServiceCollection services, ConsoleSettings settings)
    {
        services.AddSingleton<ConsoleSessions>().AddSingleton<CircuitLimit>().AddSingleton<SignIn>().AddTransient<ConsoleAuthentication>();
        services.AddSingleton(provider => new ConsoleLinks(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IConsoleKeys, ConfiguredKeys>();
        services.TryAddSingleton<IConsoleAudit, LoggedAudit>();
        services.TryAddScoped<AuthenticationStateProvider, ServerAuthenticationStateProvider>();
        services.AddScoped<IConsoleAccess, ConsoleAccess>();
        services.AddScoped(provider => new ConsoleActions(
            provider.GetRequiredService<IConsoleAccess>(), provider.GetRequiredService<IConsoleAudit>(), provider.GetRequiredService<ILogger<ConsoleActions>>()));
        services.AddAuthenticationCore(options => options.AddScheme<ConsoleAuthentication>(ConsoleAuthentication.Scheme, "Console"));
        services.PostConfigure<AuthenticationOptions>(KeepDefault);
        services.AddAuthorization();
        if (settings.ShowsLink)
            services.AddHostedService<LinkInTerminal>();
    }

    /// <summary>Maps the endpoints that need no session.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        var signIn = endpoints.ServiceProvider.GetRequiredService<SignIn>();
        endpoints.MapGet(SignIn.Path, signIn.GetAsync).WithName("ShowConsoleSignIn").WithSummary("The page that asks for the key of the console.").AllowAnonymous();
        endpoints.MapPost(SignIn.Path, signIn.PostAsync).WithName("SignInToConsole").WithSummary("Begins a session of the console: the form fields key and to.");
        endpoints.MapPost(SignIn.OutPath, signIn.OutAsync).WithName("SignOutOfConsole").WithSummary("Ends the session of the console.");
    }

    /// <summary>
    /// Requires a session or a key for each of the endpoints. An application without the authorization middleware then fails, and does not answer.
    /// </summary>
    public static TBuilder RequireSession<TBuilder>(this TBuilder endpoints, IServiceProvider services) where TBuilder : IEndpointConventionBuilder
    {
        var circuits = services.GetRequiredService<CircuitLimit>();
        endpoints.Add(endpoint =>
        {
            endpoint.Metadata.Add(new ConsoleEndpoint());
            circuits.Guard(endpoint);
        });
        return endpoints.RequireAuthorization(SignedIn);
    }

    // ASP.NET Core makes a scheme the default when it is the only one. The application's only scheme stays what it was without the console.
    private static void KeepDefault(AuthenticationOptions options)
    {
        string[] others = [.. options.Schemes.Select(scheme => scheme.Name).Where(name => name != ConsoleAuthentication.Scheme)];
        if (options.DefaultScheme is null && others is [var only] && !FrameworkInternals.IsDefaultSchemeSuppressed)
            options.DefaultScheme = only;
    }
}
