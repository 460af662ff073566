using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ECommerce.Hosting;

namespace ECommerce.Web;

/// <summary>The settings of tokens: issuer, audience, lifetime and signing key (section <c>Tokens</c>).</summary>
public sealed class TokenOptions
{
    [Description("The issuer: the claim `iss` of every token.")]
    [Required]
    public string Issuer { get; set; } = "ecommerce";

    [Description("The audience: the claim `aud` of every token.")]
    [Required]
    public string Audience { get; set; } = "ecommerce-api";

    [Description("The lifetime of a token. Whole seconds.")]
    [WholeSeconds]
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    [Description("The P-256 private key in PEM that signs tokens. Generated and stored in the data folder in Development, required elsewhere.")]
    [PasswordPropertyText(true)]
    public string? SigningKey { get; set; }
}
