using ECommerce.Kernel;

namespace ECommerce.Web;

/// <summary>Carries a refusal out of code that cannot return one, such as the binding of a header.</summary>
public class RefusalException(Error error, Exception? cause = null) : Exception(error?.Title, cause)
{
    public Error Error { get; } = error!;

    internal static RefusalException Invalid(string field, string message) => new(CommonErrors.ValidationFailed.At(field, message));
}
