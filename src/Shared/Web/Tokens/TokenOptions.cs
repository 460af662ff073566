using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ECommerce.Hosting;

namespace ECommerce.Web;

/// <summary>Who issues tokens, for whom and for how long (section <c>Tokens</c>).</summary>
public sealed class TokenOptions
{
    [Description("The `iss` of every token.")]
    [Required]
    public string Issuer { get; set; } = "ecommerce";

    [Description("The `aud` of every token.")]
    [Required]
    public string Audience { get; set; } = "ecommerce-api";

    [Description("How long a token lives. Whole seconds.")]
    [WholeSeconds]
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    [Description("The P-256 private key in PEM that signs tokens. Made and kept in the data folder in Development, required elsewhere.")]
    public string? SigningKey { get; set; }
}
