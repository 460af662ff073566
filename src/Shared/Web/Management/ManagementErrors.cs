using ECommerce.Kernel;

namespace ECommerce.Web;

/// <summary>The refusals of the management listener itself, before an operation runs.</summary>
public static class ManagementErrors
{
    public static readonly Error MisdirectedRequest = new("management.misdirected_request", 421, "The management listener is not known by this name.",
        "Call it by an IP address, as localhost, or by a name that Management__Hosts lists.");

    public static readonly Error CrossSite = new("management.cross_site", 403, "A page of another site sent this request.",
        "Operations are for programs and for pages of the management listener itself. Send no Origin and no Sec-Fetch-Site of another site.");

    public static readonly Error TooManyWrongKeys = new("management.too_many_wrong_keys", 429, "Too many wrong management keys were sent from this network.",
        "Wait as many seconds as Retry-After says; until then the key is not looked at. Each further wrong key doubles the wait.");
}
