namespace ECommerce.Host.Operations;

/// <summary>What an operator may do to a running host, behind the management listener.</summary>
internal static class OperationsSetup
{
    public static void MapOperations(this WebApplication app)
    {
    }
}
