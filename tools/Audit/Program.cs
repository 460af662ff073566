using ECommerce.Audit;

return await CommandLine.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
