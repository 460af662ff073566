using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Users;

/// <summary>Who runs the shop when it opens for the first time (section <c>Bootstrap</c>).</summary>
internal sealed class BootstrapOptions
{
    public const string DefaultAdminEmail = "admin@shop.example";

    [Description("The e-mail of the first administrator, made when there is none. admin@shop.example in Development, required elsewhere.")]
    [RegularExpression(UserRules.EmailPattern, ErrorMessage = "must be an e-mail address")]
    [MaxLength(UserRules.MaxEmail, ErrorMessage = "must have at most 254 characters")]
    public string? AdminEmail { get; set; }

    [Description("The password of the first administrator. Made and shown in the terminal in Development, required elsewhere.")]
    [StringLength(UserRules.MaxPassword, MinimumLength = UserRules.MinPassword, ErrorMessage = "must have 8 to 128 characters")]
    public string? AdminPassword { get; set; }
}
