using ECommerce.Hosting;
using ECommerce.Topology;
using ECommerce.Web;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Host.Security;

/// <summary>Sets up authentication by token, authorization policies, and the management key.</summary>
internal static class SecuritySetup
{
    public static void AddSecurity(this WebApplicationBuilder builder, HostTopology topology)
    {
        var services = builder.Services;
        services.AddSettings<TokenOptions>("Tokens").AddSettings<ManagementOptions>("Management").AddSettings<LimitsOptions>("Limits");
        services.AddSingleton<IStartupCheck>(new ProductionSecrets(builder.Environment, builder.Configuration, topology));
        services.AddSettings<DataOptions>(DataOptions.Section);
        services.AddSingleton(provider => new KeptSecrets(provider.GetRequiredService<IOptions<DataOptions>>().Value.FullPath));
        services.AddSingleton<IStartupCheck>(new SigningKeyCheck(builder.Configuration)).AddSingleton<IEagerSingleton, Keys>();
        services.AddSingleton(Keys.Signing).AddSingleton(Keys.Management);
        if (topology.Holds(TokenOwnerValidator.Users))
            services.AddSingleton<ITokenKeys, OwnTokenKeys>();
        else
            services.AddSingleton<ITokenKeys, RemoteTokenKeys>();
        services.AddSingleton(provider => new ManagementHosts(
        [
            BindingAddress.Parse(provider.GetRequiredService<IOptions<EndpointsOptions>>().Value.Management).Host,
            .. provider.GetRequiredService<IOptions<ManagementOptions>>().Value.HostNames,
        ]));
        services.AddOperatorAudit(provider => provider.GetRequiredService<IOptions<ManagementOptions>>().Value.WrongKeys);
        builder.Logging.AddFilter(OperatorAuditExtensions.Category, LogLevel.Information);

        services.AddSingleton<TokenOwnerValidator>();
        // There is no default scheme: a token is validated only for endpoints with a policy, and ignored by public ones.
        FrameworkInternals.SuppressDefaultScheme();
        services.AddAuthentication().AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<ITokenKeys, IOptions<TokenOptions>>(Configure);
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(Bearer().Build())
            .AddPolicy(Policies.Admin, Bearer().RequireClaim("role", "admin").Build());
        FrameworkInternals.RemoveDataProtectionAtStart(services);
    }

    private static AuthorizationPolicyBuilder Bearer() => new AuthorizationPolicyBuilder(JwtBearerDefaults.AuthenticationScheme).RequireAuthenticatedUser();

    private static void Configure(JwtBearerOptions bearer, ITokenKeys keys, IOptions<TokenOptions> tokens)
    {
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new()
        {
            ValidIssuer = tokens.Value.Issuer,
            ValidAudience = tokens.Value.Audience,
            IssuerSigningKeyResolver = (_, _, kid, _) => keys.Find(kid),
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = TimeSpan.FromSeconds(5),
            NameClaimType = "sub",
            RoleClaimType = "role",
        };
        bearer.Events = new()
        {
            OnMessageReceived = TokenOwnerValidator.LoadKeysAsync,
            OnTokenValidated = TokenOwnerValidator.CheckAsync,
            OnChallenge = TokenOwnerValidator.ThrowUnansweredAsync,
        };
    }
}
