using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Users;

/// <summary>The settings of the first administrator (section <c>Bootstrap</c>).</summary>
internal sealed class BootstrapOptions
{
    public const string DefaultAdminEmail = "admin@shop.example";

    [Description("The e-mail of the first administrator, who is created when there is no administrator. admin@shop.example in Development, required elsewhere.")]
    [RegularExpression(UserRules.EmailPattern, ErrorMessage = "must be an e-mail address")]
    [MaxLength(UserRules.MaxEmail, ErrorMessage = "must have at most 254 characters")]
    [PasswordPropertyText(true)]
    public string? AdminEmail { get; set; }

    [Description("The password of the first administrator. Generated and shown in the terminal in Development, required elsewhere.")]
    [StringLength(UserRules.MaxPassword, MinimumLength = UserRules.MinPassword, ErrorMessage = "must have 8 to 128 characters")]
    [NotGuessedFirst(ErrorMessage = "must not be one of the most common passwords, nor the e-mail or the shop's name with something around it")]
    [PasswordPropertyText(true)]
    public string? AdminPassword { get; set; }

    private sealed class NotGuessedFirstAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
        {
            var email = ((BootstrapOptions)validationContext.ObjectInstance).AdminEmail ?? DefaultAdminEmail;
            return value is string password && (string.IsNullOrWhiteSpace(password) || PasswordText.IsGuessedFirst(password, UserRules.KeyOf(email)))
                ? new(ErrorMessage, [validationContext.MemberName!])
                : ValidationResult.Success;
        }
    }
}
