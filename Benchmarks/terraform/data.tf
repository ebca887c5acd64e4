resource "aws_db_subnet_group" "main" {
  name       = var.name
  subnet_ids = aws_subnet.data[*].id
}

resource "aws_rds_cluster_parameter_group" "main" {
  name   = var.name
  family = "aurora-postgresql17"
  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "immediate"
  }
}

resource "aws_rds_cluster" "main" {
  cluster_identifier                  = var.name
  engine                              = "aurora-postgresql"
  engine_version                      = "17.7"
  database_name                       = var.name
  master_username                     = "terrace_master"
  manage_master_user_password         = true
  db_subnet_group_name                = aws_db_subnet_group.main.name
  db_cluster_parameter_group_name     = aws_rds_cluster_parameter_group.main.name
  vpc_security_group_ids              = [aws_security_group.database.id]
  storage_encrypted                   = true
  backup_retention_period             = 7
  copy_tags_to_snapshot               = true
  iam_database_authentication_enabled = true
  enabled_cloudwatch_logs_exports     = ["postgresql"]
  skip_final_snapshot                 = true
}

resource "aws_rds_cluster_instance" "main" {
  count               = 2
  identifier          = "${var.name}-db-${count.index + 1}"
  cluster_identifier  = aws_rds_cluster.main.id
  instance_class      = "db.t4g.medium"
  engine              = "aurora-postgresql"
  engine_version      = "17.7"
  availability_zone   = local.zones[count.index]
  publicly_accessible = false
}

resource "aws_secretsmanager_secret" "application" {
  name                    = "${var.name}/application"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "application" {
  secret_id     = aws_secretsmanager_secret.application.id
  secret_string = jsonencode({ username = "application", password = "changed-after-apply" })
}
